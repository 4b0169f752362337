#include <algorithm>
#include <cmath>
#include <mutex>

#include "common/base/error.hpp"
#include "common/files/dataset.hpp"
#include "common/files/image.hpp"
#include "common/files/picture_list.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

namespace fs = std::filesystem;

namespace {

/// Of a picture once it is resized, in pixels; its length must stay a number.
constexpr double longest_side = 1e9;

// The shorter side becomes the size's, and the middle is kept.
Tensor fitted(const fs::path& file, Extent size) {
    Tensor image = read_image(file);
    const Shape& s = image.shape();
    if (Extent(s.h, s.w) == size) return image;
    const double scale = std::max(double(size.h) / s.h, double(size.w) / s.w);
    require(std::max(s.h, s.w) * scale <= longest_side, file.string(), ": ", Extent(s.h, s.w),
            " pixels are too elongated to become ", size, "; crop the picture first");
    const Extent whole{std::max(size.h, int(s.h * scale)), std::max(size.w, int(s.w * scale))};
    const auto offset = [](int room) { return int(std::nearbyint(room / 2.0)); };
    return resample(image, whole, offset(whole.h - size.h), offset(whole.w - size.w), size);
}

}  // namespace

Dataset picture_folder(const fs::path& folder, Extent size, const PicturesRead& listener) {
    require(size.h >= 1 && size.w >= 1, "pictures: the size ", size, " is empty; it must be at least 1x1");

    PictureList list = picture_list(folder);
    Dataset all{{}, std::move(list.labels), std::move(list.classes)};
    all.images = Tensor::uninitialized({all.size(), size.h, size.w, 3});
    std::mutex one_at_a_time;
    int done = 0;
    parallel_for(all.size(), [&](int n) {
        copy(fitted(list.files[std::size_t(n)], size), all.images.view().images(n, 1));
        if (!listener) return;
        const std::lock_guard lock{one_at_a_time};
        listener(++done, all.size());
    });
    return all;
}

Dataset photographs(Part part, const fs::path& folder, Extent size, const PicturesRead& listener) {
    const fs::path training = folder / "train", test = folder / "test";
    if (!fs::is_directory(training)) {
        const bool binary = fs::exists(folder / "cifar-10-batches-bin") ||
                            fs::exists(folder / "test_batch.bin") || fs::exists(folder / "data_batch_1.bin");
        require(binary, "photographs: ", folder.string(), " holds neither CIFAR-10's data_batch_1.bin ... (",
                "https://www.cs.toronto.edu/~kriz/cifar.html, the binary version",
                ") nor folders train and test of pictures, one folder a class; name another with --data");
        require(size == Extent(32), "CIFAR-10: pictures of ", size, " asked for; they are ", Extent(32));
        return cifar10(part, folder);
    }

    // A class that one of the two lacks would number the others differently.
    std::vector<std::string> classes[2];
    for (const bool of_test : {false, true})
        for (const fs::path& kind : class_folders(of_test ? test : training))
            classes[of_test].push_back(kind.filename().string());
    for (const bool of_test : {false, true})
        for (const std::string& kind : classes[of_test])
            require(std::ranges::count(classes[!of_test], kind) == 1, "photographs: the class ", kind,
                    " is in ", (of_test ? test : training).string(), " but not in ",
                    (of_test ? training : test).string(), "; both need the same folders");
    return picture_folder(part == Part::train ? training : test, size, listener);
}

}  // namespace cnn
