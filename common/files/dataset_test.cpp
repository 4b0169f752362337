#include "common/files/dataset.hpp"

#include <zlib.h>

#include <algorithm>

#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

void write_gzip(const std::filesystem::path& file, const std::string& bytes) {
    gzFile out = gzopen(file.c_str(), "wb");
    REQUIRE(out != nullptr);
    gzwrite(out, bytes.data(), unsigned(bytes.size()));
    gzclose(out);
}

/// Two images of 2x3 and their labels.
const std::string images(
    "\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03\0\x01\x02\x03\x04\x05\xff\xfe\xfd\xfc\xfb\xfa", 28);
const std::string labels("\0\0\x08\x01\0\0\0\x02\x09\x00", 10);

struct Files {
    TemporaryFolder folder;
    std::filesystem::path images = folder / "t10k-images-idx3-ubyte.gz",
                          labels = folder / "t10k-labels-idx1-ubyte.gz";

    Files() {
        write_gzip(images, ::images);
        write_gzip(labels, ::labels);
    }
    std::string said() const {
        return error_of([&] { fashion_mnist(Part::test, folder.path()); });
    }
};

}  // namespace

TEST_SUITE_BEGIN("common: dataset");

TEST_CASE("dataset: images from 0 to 1 with their labels") {
    const Files files;
    const Dataset two = fashion_mnist(Part::test, files.folder.path());
    CHECK(two.size() == 2);
    CHECK(two.images.shape() == Shape{2, 2, 3, 1});
    CHECK(two.images(0, 1, 2, 0) == real{5} / 255);
    CHECK(two.images(1, 0, 0, 0) == 1);
    CHECK(two.labels == std::vector<int>{9, 0});
    CHECK(two.classes[9] == "ankle boot");
}

TEST_CASE("dataset: unpacked files do as well") {
    const Files files;
    std::filesystem::remove(files.images);
    write_whole(files.folder / "t10k-images-idx3-ubyte", images);
    CHECK(fashion_mnist(Part::test, files.folder.path()).size() == 2);
}

TEST_CASE("dataset: a missing file is named with the package and the option") {
    const Files files;
    CHECK(error_of([&] { fashion_mnist(Part::train, files.folder.path()); }) ==
          "Fashion-MNIST: there is no " + (files.folder / "train-images-idx3-ubyte").string() +
              ".gz; install it with `apt-get install dataset-fashion-mnist`, or name its folder with --data");
}

TEST_CASE("dataset: truncated or damaged or swapped files are named") {
    const Files files;
    const std::string name = files.images.string();
    for (std::size_t length = 0; length < images.size(); ++length) {
        write_gzip(files.images, images.substr(0, length));
        CHECK(files.said() == name + ": truncated or damaged; download or install it again");
    }
    write_gzip(files.images, images);
    const std::string whole = read_whole(files.images);
    write_whole(files.images, whole.substr(0, whole.size() - 12));
    CHECK(files.said() == name + ": truncated or damaged; download or install it again");
    write_gzip(files.images, labels);
    CHECK(files.said() == name + ": not an IDX file of bytes in 3 dimensions");
    write_whole(files.images, "no gzip, no IDX, just text");
    CHECK(files.said() == name + ": not an IDX file of bytes in 3 dimensions");
    write_gzip(files.images, std::string("\0\0\x08\x03\xff\xff\xff\xff\0\0\0\x02\0\0\0\x03", 16));
    CHECK(files.said() == name + ": an impossible length -1; the file is damaged");
    write_gzip(files.images, std::string("\0\0\x08\x03\0\xff\xff\xff\0\0\xff\xff\0\0\xff\xff", 16));
    CHECK(files.said() == name + ": claims more than a billion numbers; it is damaged");
}

TEST_CASE("dataset: images and labels must match") {
    const Files files;
    write_gzip(files.labels, std::string("\0\0\x08\x01\0\0\0\x01\x09", 9));
    CHECK(files.said() == files.images.string() + " holds 2 images, but " + files.labels.string() +
                              " 1 labels; install both again");
    write_gzip(files.labels, std::string("\0\0\x08\x01\0\0\0\x02\x09\x0a", 10));
    CHECK(files.said() == files.labels.string() + ": a label 10; there are 10 classes");
}

TEST_CASE("dataset: the first images of a data set") {
    const Files files;
    const Dataset two = fashion_mnist(Part::test, files.folder.path());
    const Dataset one = first(two, 1);
    CHECK(one.size() == 1);
    CHECK(one.images == Tensor(two.images.view().images(0, 1)));
    CHECK(error_of([&] { first(two, 3); }) == "dataset: the first 3 of 2 images asked for; ask for 1 to 2");
}

TEST_CASE("dataset: the installed Fashion-MNIST has 1000 test images of each garment") {
    if (!std::filesystem::exists(fashion_mnist_folder)) {
        MESSAGE("skipped: dataset-fashion-mnist is not installed");
        return;
    }
    const Dataset test = fashion_mnist(Part::test);
    CHECK(test.images.shape() == Shape{10'000, 28, 28, 1});
    for (int k = 0; k < 10; ++k) CHECK(std::ranges::count(test.labels, k) == 1000);
}

TEST_SUITE_END();
