#pragma once
/// @file  What literate tests are written with: a slide's grid typed as a grid, small integers, exactness.
///
/// Random test data are small integers: every partial sum stays below 2^24, so sums are exact in any order
/// and optimized == naive is asked to the last bit.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/graph/graph.hpp"
#include "common/tensor/normal_numbers.hpp"
#include "common/tensor/slide.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// The two implementations as types: TEST_CASE_TEMPLATE makes a test of its own for each.
struct Naive {};
struct Optimized {};

/// The one of two functions that `Implementation` names:
/// `const auto pad = pick<Implementation>(naive::pad, optimized::pad);`
template <class Implementation, class Function>
Function* pick(Function* naive, Function* optimized) {
    return std::is_same_v<Implementation, Naive> ? naive : optimized;
}

/// Where a walk through random layers begins: at `usual`, or at $CNN_SEED.  Printed, so that it can be walked
/// again.  Error: a $CNN_SEED that is no whole number.
std::uint64_t fuzz_seed(const char* what, std::uint64_t usual);

/// Integers from -8 to 7, the same for the same shape and seed.
Tensor small_integers(Shape shape, std::uint64_t seed = 1);

/// sum_i a_i b_i, in double.
double dot(View a, View b);

/// The largest |a - b|; infinity where shapes differ or either holds a NaN.
double largest_difference(View a, View b);

/// The text of the Error that `wrong_use` throws; "no error" if it throws none.
std::string error_of(const std::function<void()>& wrong_use);

/// Holds an operation's backward pass against finite differences of its forward pass: every input in
/// `inputs` and every parameter, at each element.  L = <output, random weights>; central differences with
/// the given step.  Returns the largest |analytic - numeric| / max(1, |numeric|).  Only sharp where real is
/// double: the gradient tests.
double gradient_error(const Operation& operation, const std::vector<Tensor>& inputs,
                      const std::vector<Tensor>& parameters, Mode mode = {}, double step = 1e-5);

}  // namespace cnn

TYPE_TO_STRING_AS("naive", cnn::Naive);
TYPE_TO_STRING_AS("optimized", cnn::Optimized);
