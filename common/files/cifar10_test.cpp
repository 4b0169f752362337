#include "common/files/dataset.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

/// A record whose red is the position mod 251, whose green is 1 and whose blue is the label's tenfold.
std::string record(int label) {
    std::string bytes(1, char(label));
    for (int i = 0; i < 1024; ++i) bytes += char(i % 251);
    return bytes + std::string(1024, '\x01') + std::string(1024, char(10 * label));
}

/// Two pictures in each of five batches, and three for the test.
struct Batches {
    TemporaryFolder folder;

    Batches() {
        for (int i = 1; i <= 5; ++i) write_whole(training(i), record(i) + record(0));
        write_whole(test(), record(9) + record(8) + record(7));
    }
    std::filesystem::path training(int i) const {
        return folder / ("data_batch_" + std::to_string(i) + ".bin");
    }
    std::filesystem::path test() const { return folder / "test_batch.bin"; }
    std::string said(Part part) const {
        return error_of([&] { cifar10(part, folder.path()); });
    }
};

}  // namespace

TEST_SUITE_BEGIN("common: CIFAR-10");

TEST_CASE("CIFAR-10: planes of bytes become channels from 0 to 1 and batches follow each other") {
    const Batches files;
    const Dataset training = cifar10(Part::train, files.folder.path());
    CHECK(training.images.shape() == Shape{10, 32, 32, 3});
    CHECK(training.labels == std::vector{1, 0, 2, 0, 3, 0, 4, 0, 5, 0});
    CHECK(training.classes[3] == "cat");
    CHECK(training.images(4, 2, 5, 0) == real{69} / 255);
    CHECK(training.images(4, 2, 5, 1) == real{1} / 255);
    CHECK(training.images(4, 31, 31, 2) == real{30} / 255);
    CHECK(cifar10(Part::test, files.folder.path()).labels == std::vector{9, 8, 7});
}

TEST_CASE("CIFAR-10: the folder that the archive unpacks to is found") {
    const Batches files;
    const TemporaryFolder above;
    std::filesystem::rename(files.folder.path(), above / "cifar-10-batches-bin");
    CHECK(cifar10(Part::test, above.path()).size() == 3);
    CHECK(photographs(Part::train, above.path()).size() == 10);
}

TEST_CASE("CIFAR-10: a missing or empty or truncated batch and a wrong label are named") {
    const Batches files;
    const std::string third = files.training(3).string();
    write_whole(third, record(3) + record(10));
    CHECK(files.said(Part::train) == third + ": picture 1 has the label 10; there are 10 classes");
    write_whole(third, record(3));
    CHECK(files.said(Part::train) == third +
                                         ": 1 pictures, but 2 in data_batch_1.bin; one of them is truncated; "
                                         "download both again");
    for (const std::size_t length : {0, 1, 3072, 3074, 6145}) {
        write_whole(third, (record(3) + record(0)).substr(0, length));
        CHECK(files.said(Part::train) ==
              third + ": " + std::to_string(length) +
                  " bytes are no whole number of records of 3073 bytes; it is truncated or no CIFAR-10 file; "
                  "download it again");
    }
    std::filesystem::remove(third);
    CHECK(files.said(Part::train).starts_with("CIFAR-10: there is no " + third + "; download"));
    CHECK(files.said(Part::test) == "no error");
}

TEST_SUITE_END();
