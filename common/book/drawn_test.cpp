#include "common/book/drawn.hpp"

#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/graph/toy_operations.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: book");

TEST_CASE("drawn: a graph becomes boxes with what each reads, and a file of boxes and arrows") {
    Graph graph;
    const Node x = graph.input({.h = 4, .w = 5, .c = 3}, "image");
    const Node a = toy::scale(x, "stage.left"), b = toy::scale(x, "stage.right");
    toy::plus(toy::scale(a, "stage.deep"), b, "sum");
    const figure::Blocks blocks = drawn(graph, "image", "sum", "A fork <&>");
    REQUIRE(blocks.boxes.size() == 5);
    CHECK(blocks.boxes[0].note == "4x5x3");
    CHECK_FALSE(blocks.boxes[0].learns);
    CHECK(blocks.boxes[1].name == "scale");
    CHECK(blocks.boxes[1].note == "left: 4x5x3");
    CHECK(blocks.boxes[1].learns);
    CHECK(blocks.boxes[2].inputs == std::vector{0});
    CHECK(blocks.boxes[4].inputs == std::vector{3, 2});

    // Of a piece, what comes from outside is left out.
    CHECK(drawn(graph, "stage.right", "sum", "").boxes[0].inputs.empty());
    CHECK(error_of([&] { drawn(graph, "sum", "image", ""); }).starts_with("drawn: \"image\" comes before"));

    const TemporaryFolder folder;
    figure::blocks(folder / "x.svg", blocks);
    const std::string svg = read_whole(folder / "x.svg");
    for (const char* text :
         {">A fork &lt;&amp;&gt;<", ">left: 4x5x3<", ">right: 4x5x3<", ">deep: 4x5x3<", ">image<"})
        CHECK(svg.find(text) != std::string::npos);
    CHECK(error_of([&] { figure::blocks(folder / "y.svg", {}); }).find("has no boxes") != std::string::npos);
    CHECK(error_of([&] {
              figure::blocks(folder / "y.svg", {"", {{"a", "", false, {0}}}});
          }).find("the box \"a\" of") != std::string::npos);
    CHECK(folder.files() == 1);
}

TEST_SUITE_END();
