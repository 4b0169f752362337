#include <cstdint>

#include "common/base/error.hpp"
#include "common/files/dataset.hpp"
#include "common/files/whole_file.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

namespace fs = std::filesystem;

namespace {

constexpr int side = 32, plane = side * side, record = 1 + 3 * plane;  // bytes

// The folder itself, or the one that the published archive unpacks to.
fs::path unpacked(const fs::path& folder) {
    const fs::path inner = folder / "cifar-10-batches-bin";
    return fs::is_directory(inner) ? inner : folder;
}

std::string read_batch(const fs::path& file) {
    require(fs::is_regular_file(file), "CIFAR-10: there is no ", file.string(),
            "; download the binary version from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and "
            "name its folder with --data");
    std::string bytes = read_whole(file);
    require(!bytes.empty() && bytes.size() % record == 0, file.string(), ": ", bytes.size(),
            " bytes are no whole number of records of ", record,
            " bytes; it is truncated or no CIFAR-10 file; download it again");
    return bytes;
}

}  // namespace

const std::vector<std::string>& cifar10_classes() {
    static const std::vector<std::string> all = {"airplane", "automobile", "bird",  "cat",  "deer",
                                                 "dog",      "frog",       "horse", "ship", "truck"};
    return all;
}

Dataset cifar10(Part part, const fs::path& folder) {
    std::vector<std::string> names = {"test_batch.bin"};
    if (part == Part::train) {
        names.clear();
        for (int i = 1; i <= 5; ++i) names.push_back("data_batch_" + std::to_string(i) + ".bin");
    }
    std::vector<std::string> batches;
    for (const std::string& name : names) {
        batches.push_back(read_batch(unpacked(folder) / name));
        require(batches.back().size() == batches[0].size(), (unpacked(folder) / name).string(), ": ",
                batches.back().size() / record, " pictures, but ", batches[0].size() / record, " in ",
                names[0], "; one of them is truncated; download both again");
    }

    const int each = int(batches[0].size() / record), count = each * int(batches.size());
    Dataset all{Tensor::uninitialized({count, side, side, 3}), std::vector<int>(std::size_t(count)),
                cifar10_classes()};
    parallel_for(count, [&](int n) {
        const std::string& batch = batches[std::size_t(n / each)];
        const auto* from =
            reinterpret_cast<const std::uint8_t*>(batch.data()) + std::size_t(n % each) * record;
        require(*from < all.classes.size(), (unpacked(folder) / names[std::size_t(n / each)]).string(),
                ": picture ", n % each, " has the label ", int(*from), "; there are ", all.classes.size(),
                " classes");
        all.labels[std::size_t(n)] = *from++;

        // Three planes, red, green and blue, become three channels of each pixel.
        real* to = all.images.view().pixel(n, 0, 0);
        for (int i = 0; i < plane; ++i)
            for (int c = 0; c < 3; ++c) *to++ = real(from[c * plane + i]) / 255;
    });
    return all;
}

}  // namespace cnn
