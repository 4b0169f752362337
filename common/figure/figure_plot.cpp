// Figures that gnuplot draws.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <sstream>

#include "common/base/error.hpp"
#include "common/figure/drawing.hpp"
#include "common/figure/figure.hpp"
#include "common/figure/tool.hpp"
#include "common/files/whole_file.hpp"

namespace cnn::figure {

namespace {

/// Text as gnuplot quotes it.
std::string quoted(const std::string& text) {
    std::string safe = "'";
    for (const char letter : text)
        safe += letter == '\'' ? "''" : std::string(1, letter == '\n' ? ' ' : letter);
    return safe + "'";
}

std::string script(const Plot& plot, const std::filesystem::path& output) {
    // Room around the curves, but none that would show negative numbers where there are none.
    const bool below_zero = std::ranges::any_of(plot.series, [](const Series& s) {
        return std::ranges::any_of(s.y, [](double y) { return y < 0; });
    });
    std::ostringstream out;
    out.precision(std::numeric_limits<double>::max_digits10);
    out << "set terminal svg size 760,420 noenhanced font 'Helvetica,14' background '" << palette::paper
        << "'\nset output " << quoted(output.string()) << "\nset title " << quoted(plot.title)
        << " font ',16' textcolor rgb '" << palette::ink << "'\nset xlabel " << quoted(plot.x_label)
        << " offset 0,0.8 textcolor rgb '" << palette::muted << "'\nset ylabel " << quoted(plot.y_label)
        << " textcolor rgb '" << palette::muted << "'\nset border 3 linecolor rgb '" << palette::muted
        << "'\nset tics nomirror out scale 0.5 textcolor rgb '" << palette::ink
        << "'\nset grid linetype 1 linecolor rgb '" << palette::line
        << "' linewidth 0.6\nset key below center horizontal Left reverse samplen 1.6 textcolor rgb '"
        << palette::ink << "'\nset offsets graph 0, graph 0, graph 0.04, graph "
        << (below_zero ? "0.04\n" : "0\n");
    if (plot.log_x) out << "set logscale x\n";
    if (plot.log_y) out << "set logscale y\nunset offsets\n";

    for (std::size_t i = 0; i < plot.series.size(); ++i) {
        out << "$data" << i << " << END\n";
        const Series& s = plot.series[i];
        for (std::size_t k = 0; k < s.x.size(); ++k) {
            if (std::isfinite(s.x[k]) && std::isfinite(s.y[k])) out << s.x[k] << ' ' << s.y[k];
            out << '\n';  // an empty line interrupts the curve
        }
        out << "END\n";
    }
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
        const char* colour = palette::series[i % std::size(palette::series)];
        out << (i == 0 ? "plot " : ", ") << "$data" << i << " with "
            << (plot.points ? "points pointtype 7 pointsize 0.6" : "lines linewidth 2.4")
            << " linecolor rgb '" << colour << "' "
            << (plot.series[i].title.empty() ? "notitle" : "title " + quoted(plot.series[i].title));
    }
    out << '\n';
    return out.str();
}

}  // namespace

void plot(const std::filesystem::path& svg, const Plot& plot) {
    require(!plot.series.empty(), "figure: the plot ", svg.string(), " has no series");
    for (const Series& s : plot.series)
        require(!s.x.empty() && s.x.size() == s.y.size(), "figure: the series \"", s.title, "\" of ",
                svg.string(), " has ", s.x.size(), " x and ", s.y.size(),
                " y; it needs as many, and at least one");

    WholeFile picture(svg);
    std::filesystem::path commands = picture.temporary();
    commands += ".gnuplot";
    const WholeFile script_file(commands);
    write_whole(script_file.temporary(), script(plot, picture.temporary()));

    run_tool({"gnuplot", script_file.temporary().string()}, svg, "gnuplot-nox");
    picture.commit();
}

}  // namespace cnn::figure
