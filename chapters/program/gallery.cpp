#include "program/gallery.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/base/error.hpp"
#include "common/base/missing.hpp"
#include "common/book/preprocess.hpp"
#include "common/files/image.hpp"
#include "common/files/picture_list.hpp"
#include "common/machine/parallel.hpp"
#include "common/report/page.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;

/// What the network reads, turned back into colours.
Tensor colours(View input, const Preprocessing& how) {
    Tensor picture(input);
    const int channels = input.shape.c;
    const std::vector<real> zero = in_units(0, how, channels), one = in_units(1, how, channels);
    for (int i = 0; i < input.shape.h; ++i)
        for (int j = 0; j < input.shape.w; ++j) {
            real* pixel = picture.view().pixel(0, i, j);
            for (std::size_t c = 0; c < zero.size(); ++c)
                pixel[c] = (pixel[c] - zero[c]) / (one[c] - zero[c]);
            if (how.bgr && channels == 3) std::swap(pixel[0], pixel[2]);
        }
    return picture;
}

Gallery of_dataset(std::string name, Dataset set, const Network& net, const Shape& input) {
    const Shape s = set.images.shape();
    require(input == Shape{.h = s.h, .w = s.w, .c = s.c}, "filters: ", net.name, " takes pictures of ",
            size_of(input), "; those of ", name, " are ", size_of(s));
    Gallery all{.name = std::move(name), .labels = std::move(set.labels)};
    for (int n = 0; n < s.n; ++n) all.titles.push_back(std::to_string(n));
    const auto pictures = std::make_shared<Tensor>(std::move(set.images));
    Preprocessing how = net.preprocessing;
    how.bright_on_dark = false;  // they are what such a network was trained on
    all.show = [pictures](int n) { return Tensor(pictures->view().images(n, 1)); };
    all.read = [pictures, how, input](int first, int count) {
        Tensor some({count, input.h, input.w, input.c});
        parallel_for(count, [&](int n) {
            copy(preprocess(pictures->view().images(first + n, 1), how, input).input,
                 some.view().images(n, 1));
        });
        return some;
    };
    return all;
}

/// `figure` will be written: a figure of pictures is none of them.
Gallery of_folder(const fs::path& folder, const fs::path& figure, const Network& net, const Shape& input) {
    std::error_code error;
    const fs::recursive_directory_iterator entries(folder, error);
    require(!error, "filters: cannot read the folder ", folder.string(), ": ", error.message());
    auto files = std::make_shared<std::vector<fs::path>>();
    std::error_code absent;
    for (const fs::directory_entry& entry : entries)
        if (is_picture(entry) && !fs::equivalent(entry.path(), figure, absent))
            files->push_back(entry.path());
    std::ranges::sort(*files);
    require(!files->empty(), "filters: there is no .png, .jpg or .jpeg in ", folder.string());

    Gallery all{.name = folder.string()};
    for (const fs::path& file : *files) all.titles.push_back(file.string());
    const Preprocessing how = net.preprocessing;
    const auto one = [files, how, input](int n) {
        return preprocess(read_image(files->at(std::size_t(n))), how, input).input;
    };
    all.show = [one, how](int n) { return colours(one(n), how); };
    all.read = [one, input](int first, int count) {
        Tensor some({count, input.h, input.w, input.c});
        parallel_for(count, [&](int n) { copy(one(first + n), some.view().images(n, 1)); });
        return some;
    };
    return all;
}

}  // namespace

Gallery gallery(const Network& net, const Shape& input, const fs::path& images, const fs::path& data,
                const fs::path& figure) {
    if (!images.empty()) {
        if (fs::exists(images / "test_batch.bin") || fs::exists(images / "cifar-10-batches-bin"))
            return of_dataset("CIFAR-10", cifar10(Part::test, images), net, input);
        return of_folder(images, figure, net, input);
    }
    require(net.data == DataSet::fashion_mnist, "filters: ", net.name, " was trained on ", name(net.data),
            "; name a folder of pictures with --images");
    try {
        return of_dataset("Fashion-MNIST", fashion_mnist(Part::test, data), net, input);
    } catch (const Missing&) {
        return of_dataset("Fashion-MNIST's first 64", shown_garments(), net, input);
    }
}

}  // namespace cnn::program
