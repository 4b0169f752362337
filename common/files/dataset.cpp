#include "common/files/dataset.hpp"

#include <zlib.h>

#include <cstdint>
#include <memory>

#include "common/base/error.hpp"
#include "common/base/missing.hpp"
#include "common/files/data_folder.hpp"

namespace cnn {

namespace fs = std::filesystem;

namespace {

/// An IDX file: two zero bytes, the type (8: bytes), the rank, big-endian lengths, then the numbers.
struct Idx {
    std::vector<int> shape;
    std::vector<std::uint8_t> numbers;
};

struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
};

/// The file, gzipped as it is published or unpacked.
fs::path find(const fs::path& folder, const std::string& name) {
    for (const fs::path& file : {folder / (name + ".gz"), folder / name})
        if (fs::is_regular_file(file)) return file;
    throw Missing(
        "Fashion-MNIST: there is no ", (folder / name).string(),
        ".gz; install it with `apt-get install dataset-fashion-mnist`, or name its folder with --data");
}

Idx read_idx(const fs::path& file, int rank) {
    const std::unique_ptr<gzFile_s, Close> in(gzopen(file.c_str(), "rb"));
    require(in != nullptr, "cannot read ", file.string(), "; check its permissions");
    const auto read = [&](std::uint8_t* to, unsigned count) {
        require(gzread(in.get(), to, count) == int(count), file.string(),
                ": truncated or damaged; download or install it again");
    };

    std::uint8_t magic[4];
    read(magic, 4);
    require(magic[0] == 0 && magic[1] == 0 && magic[2] == 8 && magic[3] == rank, file.string(),
            ": not an IDX file of bytes in ", rank, " dimension", rank == 1 ? "" : "s");
    Idx idx;
    std::int64_t size = 1;
    for (int i = 0; i < rank; ++i) {
        std::uint8_t length[4];
        read(length, 4);
        idx.shape.push_back(length[0] << 24 | length[1] << 16 | length[2] << 8 | length[3]);
        require(idx.shape[i] >= 1 && idx.shape[i] <= 100'000'000, file.string(), ": an impossible length ",
                idx.shape[i], "; the file is damaged");
        size *= idx.shape[i];
        require(size <= 1'000'000'000, file.string(), ": claims more than a billion numbers; it is damaged");
    }

    // Piece by piece: a damaged header must not make us ask for memory that the file cannot fill.
    constexpr std::int64_t piece = 1 << 20;
    for (std::int64_t done = 0; done < size; done = std::int64_t(idx.numbers.size())) {
        const std::int64_t count = std::min(piece, size - done);
        idx.numbers.resize(std::size_t(done + count));
        read(idx.numbers.data() + done, unsigned(count));
    }
    return idx;
}

}  // namespace

const std::vector<std::string>& fashion_mnist_classes() {
    static const std::vector<std::string> all = {"T-shirt", "trousers", "pullover", "dress", "coat",
                                                 "sandal",  "shirt",    "sneaker",  "bag",   "ankle boot"};
    return all;
}

Dataset fashion_mnist(Part part, const fs::path& folder) {
    const std::string name = part == Part::train ? "train" : "t10k";
    const fs::path images = find(folder, name + "-images-idx3-ubyte");
    const fs::path labels = find(folder, name + "-labels-idx1-ubyte");
    const Idx pixels = read_idx(images, 3);
    const Idx classes = read_idx(labels, 1);
    require(pixels.shape[0] == classes.shape[0], images.string(), " holds ", pixels.shape[0], " images, but ",
            labels.string(), " ", classes.shape[0], " labels; install both again");

    Dataset all;
    all.classes = fashion_mnist_classes();
    all.images = Tensor::uninitialized({pixels.shape[0], pixels.shape[1], pixels.shape[2], 1});
    for (std::size_t i = 0; real & value : all.images.flat()) value = real(pixels.numbers[i++]) / 255;
    for (const std::uint8_t label : classes.numbers) {
        require(label < all.classes.size(), labels.string(), ": a label ", int(label), "; there are ",
                all.classes.size(), " classes");
        all.labels.push_back(label);
    }
    return all;
}

Dataset shown_garments() { return fashion_mnist(Part::test, data_folder() / "garments"); }

Dataset first(const Dataset& all, int count) {
    require(1 <= count && count <= all.size(), "dataset: the first ", count, " of ", all.size(),
            " images asked for; ask for 1 to ", all.size());
    return {Tensor(all.images.view().images(0, count)),
            {all.labels.begin(), all.labels.begin() + count},
            all.classes};
}

}  // namespace cnn
