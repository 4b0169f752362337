#include "common/files/dataset.hpp"
#include "common/files/image.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

/// A folder with pictures of one brightness each, in 255ths.
struct Pictures {
    TemporaryFolder folder;

    void add(const std::string& name, int brightness, Extent size = 4) const {
        std::filesystem::create_directories((folder / name).parent_path());
        Tensor picture({.h = size.h, .w = size.w, .c = 3});
        fill(picture, real(brightness) / 255);
        write_png(folder / name, picture);
    }
    std::string said(Extent size = 4) const {
        return error_of([&] { picture_folder(folder.path(), size); });
    }
};

}  // namespace

TEST_SUITE_BEGIN("common: picture folder");

TEST_CASE("pictures: a folder a class in the order of names whatever else lies there") {
    const Pictures pictures;
    pictures.add("dog/a.PNG", 30);
    pictures.add("cat/b.png", 20);
    pictures.add("cat/a.jpeg", 10);  // what a file holds counts, not what it is called
    write_whole(pictures.folder / "cat/notes.txt", "no picture");
    write_whole(pictures.folder / "cat/.hidden.png", "no picture");
    write_whole(pictures.folder / "LICENSE", "no folder");
    std::filesystem::create_directory(pictures.folder / ".thumbnails");
    const Dataset all = picture_folder(pictures.folder.path(), 4);
    CHECK(all.classes == std::vector<std::string>{"cat", "dog"});
    CHECK(all.labels == std::vector{0, 0, 1});
    CHECK(all.images.shape() == Shape{3, 4, 4, 3});
    for (int n = 0; n < 3; ++n) CHECK(all.images(n, 3, 2, 1) == real(10 * (n + 1)) / 255);
}

TEST_CASE("pictures: other sizes are resized by their shorter side and the middle is kept") {
    const Pictures pictures;
    pictures.add("a/tall.png", 7, {30, 10});
    pictures.add("b/wide.png", 9, {7, 300});
    Tensor halves({.h = 8, .w = 24, .c = 3});  // dark, bright in the middle third, dark
    for (int h = 0; h < 8; ++h)
        for (int w = 8; w < 16; ++w)
            for (int c = 0; c < 3; ++c) halves(0, h, w, c) = 1;
    write_png(pictures.folder / "b/middle.png", halves);
    const Dataset all = picture_folder(pictures.folder.path(), 8);
    CHECK(all.images.shape() == Shape{3, 8, 8, 3});
    CHECK(all.images(0, 5, 5, 0) == doctest::Approx(7.0 / 255));
    for (const real value : all.images.view().images(1, 1).flat()) CHECK(value == 1);
    CHECK(all.images(2, 5, 5, 0) == doctest::Approx(9.0 / 255));
}

TEST_CASE("pictures: loaded on one thread or three they are the same") {
    const Pictures pictures;
    for (int i = 0; i < 20; ++i)
        pictures.add((i % 2 ? "a/" : "b/") + std::to_string(i) + ".png", i, {4 + i, 9});
    const ThreadCount restored;
    set_threads(1);
    const Dataset one = picture_folder(pictures.folder.path(), 6);
    set_threads(3);
    std::vector<int> told;
    const Dataset three = picture_folder(pictures.folder.path(), 6, [&](int done, int all) {
        CHECK(all == 20);
        told.push_back(done);
    });
    CHECK(told.size() == 20);
    CHECK(std::ranges::is_sorted(told));
    CHECK(told.back() == 20);
    CHECK(one.images == three.images);
    CHECK(one.labels == three.labels);
}

TEST_CASE("pictures: shrinking means over all pixels and of a very long picture costs its middle alone") {
    const Pictures pictures;
    Tensor stripes({.h = 32, .w = 32, .c = 3});  // every fourth column is bright
    for (int h = 0; h < 32; ++h)
        for (int w = 0; w < 32; w += 4)
            for (int c = 0; c < 3; ++c) stripes(0, h, w, c) = 1;
    std::filesystem::create_directory(pictures.folder / "a");
    write_png(pictures.folder / "a/stripes.png", stripes);
    pictures.add("b/line.png", 51, {1, 16'000});
    const Dataset all = picture_folder(pictures.folder.path(), 4);
    for (int w = 1; w < 3; ++w) CHECK(all.images(0, 2, w, 0) == doctest::Approx(0.25).epsilon(0.01));
    CHECK(all.images(1, 3, 3, 2) == doctest::Approx(0.2));
    CHECK(pictures.said({62'600, 1}) == (pictures.folder / "b/line.png").string() +
                                            ": 1x16000 pixels are too elongated to become 62600x1; crop the "
                                            "picture first");
}

TEST_CASE("pictures: empty and single-class and unreadable folders are named") {
    const Pictures pictures;
    const std::string folder = pictures.folder.path().string();
    CHECK(pictures.said() == folder + ": 0 classes; at least two are needed, each a folder of its pictures");
    pictures.add("cat/a.png", 1);
    CHECK(pictures.said() == folder + ": 1 class; at least two are needed, each a folder of its pictures");
    std::filesystem::create_directory(pictures.folder / "dog");
    CHECK(pictures.said() ==
          folder + "/dog: no .png, .jpg or .jpeg in this class; put pictures there or remove the folder");
    write_whole(pictures.folder / "dog/b.jpg", "no picture");
    CHECK(pictures.said().starts_with(folder + "/dog/b.jpg: not a PNG or JPEG that can be read"));
    CHECK(pictures.said({0, 4}) == "pictures: the size 0x4 is empty; it must be at least 1x1");
    CHECK(error_of([&] { picture_folder(folder + "/none", 4); }) ==
          "cannot read the folder " + folder + "/none: No such file or directory");
}

TEST_CASE("photographs: folders train and test must hold the same classes") {
    const Pictures pictures;
    const std::string folder = pictures.folder.path().string();
    const auto said = [&] { return error_of([&] { photographs(Part::test, folder, 4); }); };
    CHECK(said().starts_with("photographs: " + folder + " holds neither CIFAR-10's data_batch_1.bin"));
    for (const char* name : {"train/cat/a.png", "train/dog/b.png", "test/dog/c.png"}) pictures.add(name, 5);
    CHECK(said() == "photographs: the class cat is in " + folder + "/train but not in " + folder +
                        "/test; both need the same folders");
    pictures.add("test/cat/d.png", 6);
    pictures.add("test/emu/e.png", 6);
    CHECK(said().starts_with("photographs: the class emu is in " + folder + "/test"));
    std::filesystem::remove_all(pictures.folder / "test/emu");
    CHECK(photographs(Part::train, folder, 4).size() == 2);
    CHECK(photographs(Part::test, folder, 4).labels == std::vector{0, 1});
}

TEST_SUITE_END();
