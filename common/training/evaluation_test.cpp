#include "common/training/evaluation.hpp"

#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: evaluation");

TEST_CASE("confusion matrix: rows are what a thing is and columns what it was taken for") {
    CHECK(confusion_matrix({0, 0, 1, 2}, {0, 1, 1, 1}, 3) ==
          std::vector<std::vector<int>>{{1, 1, 0}, {0, 1, 0}, {0, 1, 0}});
    CHECK(confusion_matrix({}, {}, 0).empty());
}

TEST_CASE("confusion matrix: lists of different lengths and classes outside are refused") {
    CHECK(error_of([] {
              confusion_matrix({0, 1}, {0}, 2);
          }) == "confusion matrix: 2 labels, but 1 predicted classes; one for each is needed");
    CHECK(error_of([] {
              confusion_matrix({0, 2}, {0, 1}, 2);
          }) == "confusion matrix: a label 2; with 2 classes it must be from 0 to 1");
    CHECK(error_of([] {
              confusion_matrix({0, 1}, {0, -1}, 2);
          }) == "confusion matrix: a predicted class -1; with 2 classes it must be from 0 to 1");
    CHECK(error_of([] { confusion_matrix({0}, {0}, -1); }).starts_with("confusion matrix: a label 0"));
}

TEST_SUITE_END();
