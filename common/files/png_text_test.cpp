#include "common/files/png_text.hpp"

#include "common/files/image.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: image");

TEST_CASE("image: a PNG with a description shows the same pixels and gives the words back") {
    const TemporaryFolder folder;
    const Tensor picture = slide("0 1 0\n 1 0 1");
    write_png(folder / "x.png", picture);
    CHECK(description_of(read_whole(folder / "x.png")).empty());
    write_png(folder / "x.png", picture, "a cat, seen by Stéfan");
    CHECK(description_of(read_whole(folder / "x.png")) == "a cat, seen by Stéfan");
    CHECK(read_image(folder / "x.png", 1) == picture);
    CHECK(error_of([] { with_description("no picture", "x"); }).find("no PNG") != std::string::npos);
    CHECK(description_of("").empty());
    CHECK(description_of(read_whole(folder / "x.png").substr(0, 40)).empty());
}

TEST_SUITE_END();
