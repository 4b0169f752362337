#include "common/base/nearest.hpp"

#include <vector>

#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: nearest");

TEST_CASE("nearest: a distance counts insertions and removals and replacements") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("resnet50", "resnet5O") == 1);
    CHECK(edit_distance("flaw", "lawn") == 2);
    CHECK(edit_distance("vgg16", "vgg16_bn") == edit_distance("vgg16_bn", "vgg16"));
}

TEST_CASE("nearest: the names that may have been meant come first") {
    const std::vector<std::string> names = {"alexnet", "vgg16", "vgg16_bn", "resnet18", "resnet50"};
    CHECK(nearest("resnet5", names, 2) == "resnet50, resnet18");
    CHECK(nearest("vgg-16", names, 1) == "vgg16");
    CHECK(nearest("x", names, 5) == "alexnet, vgg16, vgg16_bn, resnet18, resnet50");
    CHECK(nearest("x", {}, 5) == "");
}

TEST_SUITE_END();
