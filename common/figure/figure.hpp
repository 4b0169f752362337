#pragma once
/// @file  Figures for the tour and the book: grids of numbers (SVG), maps and montages (PNG), plots (SVG).
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn::figure {

/// One grid of numbers, drawn as a slide draws it: the cells of `inner` (top, left, height, width) tinted.
struct Grid {
    std::string title;
    Tensor numbers;  ///< (1, h, w, 1)
    struct Region {
        int top, left, height, width;
    };
    std::optional<Region> inner = {};
};

/// The grids side by side, wrapped after `columns`, as an SVG.
void grids(const std::filesystem::path& svg, const std::vector<Grid>& grids, int columns = 4);

/// A map of one channel as colours: dark blue over green to yellow for 0 ... 1, stretched first.
Tensor heat(View map);
/// A map of one channel as colours around zero: blue below, white at 0, red above.
Tensor diverging(View map);
/// Each channel of one image as a grey picture of its own, stretched.
std::vector<Tensor> channels(View map);

/// Pictures of any sizes side by side, enlarged (nearest pixel) by `zoom`, wrapped after `columns`, as RGB.
Tensor montage(const std::vector<Tensor>& images, int columns, int zoom = 1);

/// One line (or points) of a plot.
struct Series {
    std::string title;
    std::vector<double> x, y;
};
struct Plot {
    std::string title = {}, x_label = {}, y_label = {};
    std::vector<Series> series = {};
    bool log_x = false, log_y = false, points = false;
};
/// Draws it with gnuplot as an SVG; an Error with the remedy where gnuplot is missing.
void plot(const std::filesystem::path& svg, const Plot& plot);

/// Horizontal bars, and the limits they are measured against as dashed vertical lines.
struct Bars {
    struct Bar {
        std::string label;
        double value;
    };
    std::string title = {}, unit = {};
    std::vector<Bar> bars = {};
    std::vector<Bar> limits = {};
};
/// Draws them as an SVG from 0 on, each bar under its label.  Errors: no bars; a value that is negative or
/// not finite.
void bars(const std::filesystem::path& svg, const Bars& bars);

/// A network, or a piece of one: boxes, each below what it reads, and arrows.
struct Blocks {
    struct Box {
        std::string name, note;        ///< two lines
        bool learns = false;           ///< has weights: tinted
        std::vector<int> inputs = {};  ///< indices of earlier boxes
    };
    std::string title = {};
    std::vector<Box> boxes = {};
};
/// Draws it as an SVG.  Arrows that would cross boxes go around them.  Errors: no boxes; an input that does
/// not come before its box.
void blocks(const std::filesystem::path& svg, const Blocks& blocks);

/// A confusion matrix with class names on both sides, as an SVG: counts[true][predicted].
void confusion(const std::filesystem::path& svg, const std::vector<std::vector<int>>& counts,
               const std::vector<std::string>& classes);

}  // namespace cnn::figure
