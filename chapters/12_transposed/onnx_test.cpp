// ONNX's own node tests of windows: convolution in every chapter's form, its transpose, pooling, padding.
//
// data/golden/onnx_windows.safetensors holds them, as golden_onnx.py took them from ONNX's files.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <sstream>

#include "common/files/data_folder.hpp"
#include "common/files/safetensors.hpp"
#include "common/testing/testing.hpp"
#include "dilated.hpp"
#include "engine/convolution_engine.hpp"
#include "engine/depthwise_engine.hpp"
#include "pooling.hpp"
#include "transposed.hpp"

using namespace cnn;

namespace {

// One case: an operator, its settings by name, its tensors.
struct Case {
    std::string kind;
    std::map<std::string, std::vector<double>> settings;
    std::map<std::string, safetensors::Array> arrays;

    int number(const std::string& name, std::size_t i = 0) const {
        const auto at = settings.find(name);
        return at == settings.end() ? 0 : int(at->second.at(i));
    }
    Extent extent(const std::string& name) const { return {number(name, 0), number(name, 1)}; }
    Shape shape(const std::string& name) const {
        const auto& s = arrays.at(name).shape;
        return {int(s.at(0)), int(s.at(2)), int(s.at(3)), int(s.at(1))};
    }
    // A map, from ONNX's n c h w.
    Tensor map(const std::string& name) const {
        Tensor x(shape(name));
        const auto [N, H, W, C] = x.shape();
        auto from = arrays.at(name).numbers.begin();
        for (int n = 0; n < N; ++n)
            for (int c = 0; c < C; ++c)
                for (int h = 0; h < H; ++h)
                    for (int w = 0; w < W; ++w) x(n, h, w, c) = *from++;
        return x;
    }
    // Filters, from ONNX's out in h w, which is in out h w for a transposed
    // layer.
    Tensor filters() const {
        const Tensor from = map("w");
        const auto [O, H, W, I] = from.shape();
        Tensor w({H, W, I, O});
        for (int o = 0; o < O; ++o)
            for (int h = 0; h < H; ++h)
                for (int k = 0; k < W; ++k)
                    for (int i = 0; i < I; ++i) w(h, k, i, o) = from(o, h, k, i);
        return w;
    }
    Tensor bias() const {
        if (!arrays.contains("b")) return {};
        const auto& numbers = arrays.at("b").numbers;
        Tensor b({.c = int(numbers.size())});
        std::ranges::copy(numbers, b.flat().begin());
        return b;
    }
    // As the case says, or by the rule of "same" padding.
    Sides padding() const {
        const Shape x = shape("x");
        if (number("same") == 1) return same_upper(x, extent("kernel"), extent("stride"), extent("dilation"));
        if (number("same") == 2) return same_lower(x, extent("kernel"), extent("stride"), extent("dilation"));
        return {number("padding", 0), number("padding", 1), number("padding", 2), number("padding", 3)};
    }
};

std::map<std::string, Case> cases() {
    std::map<std::string, Case> all;
    const safetensors::File file = safetensors::read(data_folder() / "golden" / "onnx_windows.safetensors");
    for (const auto& [key, words] : file.metadata) {
        std::istringstream in(words);
        Case& one = all[key];
        in >> one.kind;
        std::string name, word;
        while (in >> word)
            if (std::isalpha(word.front()) != 0)
                name = word;
            else
                one.settings[name].push_back(std::stod(word));
    }
    for (const auto& [name, array] : file.arrays) all.at(name.substr(0, 4)).arrays[name.substr(5)] = array;
    return all;
}

void near(const Tensor& ours, const Tensor& onnx) {
    REQUIRE(ours.shape() == onnx.shape());
    real largest = 1;
    for (const real value : onnx.flat()) largest = std::max(largest, std::abs(value));
    CHECK(largest_difference(ours, onnx) <= 1e-4 * largest);  // one case is typed to four decimals
}

void convolution(const Case& one) {
    const Tensor x = one.map("x"), w = one.filters(), b = one.bias(), y = one.map("y");
    const Extent stride = one.extent("stride"), dilation = one.extent("dilation");
    const int groups = one.number("groups");
    const DilatedConvolution dilated{
        .dilation = dilation, .stride = stride, .padding = one.padding(), .groups = groups};
    near(naive::dilated_conv2d(x, w, b, dilated), y);
    near(optimized::dilated_conv2d(x, w, b, dilated), y);
    if (dilation == Extent(1))
        for (const auto conv2d : {naive::conv2d, optimized::conv2d, engine::conv2d})
            near(conv2d(x, w, b, {.stride = stride, .padding = one.padding(), .groups = groups}), y);
    if (groups == x.shape().c)
        for (const auto depthwise :
             {naive::depthwise_conv2d, optimized::depthwise_conv2d, engine::depthwise_conv2d})
            near(depthwise(x, w, b, {.stride = stride, .padding = one.padding(), .dilation = dilation}), y);
}

void transposed_convolution(const Case& one) {
    const TransposedConvolution layer{.stride = one.extent("stride"),
                                      .padding = one.padding(),
                                      .output_padding = one.extent("output_padding"),
                                      .dilation = one.extent("dilation"),
                                      .groups = one.number("groups")};
    for (const auto conv_transposed2d : {naive::conv_transposed2d, naive::conv_transposed2d_by_matrix,
                                         naive::conv_transposed2d_by_zeros, optimized::conv_transposed2d})
        near(conv_transposed2d(one.map("x"), one.filters(), one.bias(), layer), one.map("y"));
}

void pooling(const Case& one) {
    const Tensor x = one.map("x"), y = one.map("y");
    const bool whole = one.kind.starts_with("Global"), maximum = one.kind.ends_with("MaxPool");
    const Pooling p = whole ? whole_map(x.shape())
                            : Pooling{.kernel = one.extent("kernel"),
                                      .stride = one.extent("stride"),
                                      .padding = one.padding(),
                                      .ceil = one.number("ceil") != 0,
                                      .count_padding = one.number("count_padding") != 0,
                                      .dilation = one.extent("dilation")};
    near(maximum ? naive::max_pool(x, p) : naive::average_pool(x, p), y);
    near(maximum ? optimized::max_pool(x, p) : optimized::average_pool(x, p), y);
    if (!one.arrays.contains("places")) return;
    std::vector<std::int64_t> places;
    const Tensor expected = one.map("places");
    for (const real place : expected.flat()) places.push_back(std::int64_t(place));
    CHECK(naive::max_pool_places(x, p) == places);
    CHECK(optimized::max_pool_places(x, p) == places);
}

void padding(const Case& one) {
    const auto modes = {PaddingMode::constant, PaddingMode::replicate, PaddingMode::reflect,
                        PaddingMode::circular};
    const auto mode = std::ranges::find_if(
        modes, [&](PaddingMode m) { return one.kind == std::string("Pad_").append(name(m)); });
    REQUIRE(mode != modes.end());
    const Padding p{one.padding(), *mode, real(one.settings.at("value").at(0))};
    CHECK(naive::pad(one.map("x"), p) == one.map("y"));
    CHECK(optimized::pad(one.map("x"), p) == one.map("y"));
}

}  // namespace

TEST_SUITE_BEGIN("12 onnx");

TEST_CASE("s-05: what ONNX says of 90 layers of windows holds for naive and optimized and engine") {
    const auto all = cases();
    CHECK(all.size() == 90);
    for (const auto& entry : all) {
        const Case& one = entry.second;
        CAPTURE(entry.first);
        CAPTURE(one.kind);
        if (one.kind == "Conv")
            convolution(one);
        else if (one.kind == "ConvTranspose")
            transposed_convolution(one);
        else if (one.kind.starts_with("Pad"))
            padding(one);
        else
            pooling(one);
    }
}

TEST_SUITE_END();
