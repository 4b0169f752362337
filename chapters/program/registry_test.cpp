// What the chapters declare, all together.
#include <algorithm>
#include <set>

#include "common/book/chapter.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("program");

TEST_CASE("registry: chapters stand in the lecture's order and each has a walk") {
    const std::vector<Chapter>& all = chapters();
    CHECK(std::ranges::is_sorted(all, {}, &Chapter::id));
    CHECK_FALSE(all.empty());
    for (const Chapter& chapter : all) {
        CAPTURE(chapter.id);
        CHECK(chapter.id.size() > 3);
        CHECK(chapter.id.find_first_not_of("0123456789") == 2);
        CHECK(chapter.slides.starts_with("s-"));
        CHECK_FALSE(chapter.title.empty());
        CHECK((chapter.walk != nullptr));
    }
}

TEST_CASE("registry: every network has a name of its own and is built as it declares itself") {
    std::set<std::string> names;
    for (const Network& net : networks()) {
        CAPTURE(net.name);
        CHECK(names.insert(net.name).second);
        CHECK_FALSE(net.about.empty());
        CHECK(&network(net.name) == &net);
        Graph graph;
        const Classifier built = build(net, graph);
        CHECK(built.image.shape().h == net.sizes.input);
        CHECK(built.image.shape().w == net.sizes.input);
        CHECK(built.logits.shape().c == net.sizes.classes);
        if (net.training) CHECK(built.loss.shape().size() == 1);
        const auto& classes = class_names(net.data);
        CHECK((classes.empty() || int(classes.size()) == net.sizes.classes));
        for (const double deviation : net.preprocessing.deviation) CHECK(deviation > 0);
    }
}

TEST_CASE("registry: other sizes are built or refused in words") {
    Graph graph, unbuilt;
    const Classifier large = build(network("lenet5"), graph, {.input = 32, .classes = 3});
    CHECK(large.image.shape() == Shape{.h = 32, .w = 32, .c = 1});
    CHECK(large.logits.shape() == Shape{.c = 3});
    CHECK(error_of([&] { build(network("lenet5_1998"), unbuilt, {.classes = 3}); }) ==
          "lenet5_1998: 3 classes asked for; this network is drawn for 10 only");
    CHECK(error_of([&] { build(network("lenet5"), unbuilt, {.input = -1}); }) ==
          "lenet5: an input of -1 pixels and 0 classes asked for; both must be at least 1");
}

TEST_CASE("README: LeNet-5 stands there as it is built") {
    const std::filesystem::path root = CNN_SOURCE;
    const std::string source = read_whole(root / "chapters/06_lenet/networks.cpp"), mark = "// [lenet5]\n";
    const std::size_t begin = source.find(mark) + mark.size();
    const std::string built = source.substr(begin, source.find(mark, begin) - begin);
    CHECK(built.starts_with("Classifier lenet5("));
    CHECK(read_whole(root / "README.md").find("```cpp\n" + built + "```\n") != std::string::npos);
}

TEST_CASE("registry: an unknown name gets the nearest ones") {
    CHECK(error_of([] {
              network("lenet6");
          }).starts_with("there is no network \"lenet6\"; the nearest names are: lenet5, "));
}

TEST_SUITE_END();
