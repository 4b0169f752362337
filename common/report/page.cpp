#include "common/report/page.hpp"

#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <sstream>

#include "common/figure/drawing.hpp"
#include "common/files/whole_file.hpp"

namespace cnn {

namespace {

constexpr const char* style = R"css(
:root { color-scheme: light dark;
  --paper: #fbfbfa; --card: #ffffff; --ink: #1f2a37; --muted: #64707d; --line: #e1e5ea;
  --accent: #2f6db5; --tint: #e6eef8; --good: #24784f; --bad: #b93a2f; --slow: #c9ced6; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14181d; --card: #1b2027; --ink: #e4e8ed; --muted: #97a3b0; --line: #2d343d;
  --accent: #7db0ea; --tint: #213044; --good: #6cc598; --bad: #f08a7f; --slow: #4a535e; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.55;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.layout { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2rem 1.25rem; }
nav a { display: grid; grid-template-columns: 1.9rem 1fr auto; padding: .22rem .5rem; border-radius: .4rem;
  color: inherit; text-decoration: none; font-size: .9rem; }
nav a:hover, nav a:focus-visible { background: var(--tint); }
nav span:first-child { color: var(--muted); font-variant-numeric: tabular-nums; }
main { padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; min-width: 0; }
header h1 { margin: 0; font-size: 2.1rem; letter-spacing: -.02em; }
header p { margin: .3rem 0 0; color: var(--muted); }
.total { display: inline-block; margin-top: 1rem; padding: .35rem .8rem; border-radius: 2rem;
  background: var(--tint); font-weight: 600; }
section { margin-top: 2.2rem; padding: 1.4rem clamp(1rem, 3vw, 2rem) 1.6rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .9rem; }
h2 { margin: 0 0 .8rem; font-size: 1.4rem; letter-spacing: -.01em; display: flex; flex-wrap: wrap; gap: .7rem;
  align-items: baseline; }
h2 .number { color: var(--muted); font-variant-numeric: tabular-nums; }
.badge { font-size: .74rem; font-weight: 600; padding: .1rem .55rem; border-radius: 1rem; background: var(--tint);
  color: var(--accent); letter-spacing: .02em; }
p { max-width: 46rem; margin: .7rem 0; }
.check { display: grid; grid-template-columns: 1.4rem minmax(0, 1fr) auto; gap: .3rem; padding: .28rem 0;
  border-bottom: 1px solid var(--line); align-items: baseline; }
.check small { color: var(--muted); }
.check code { text-align: right; white-space: pre-wrap; }
.check pre { grid-column: 2 / -1; margin: .2rem 0; overflow-x: auto; }
code, pre { font: .86rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.good { color: var(--good); font-weight: 700; }
.bad { color: var(--bad); font-weight: 700; }
.timing { display: grid; grid-template-columns: minmax(8rem, 15rem) minmax(0, 1fr) 4.5rem; gap: .2rem 1rem;
  align-items: center; padding: .45rem 0; border-bottom: 1px solid var(--line); font-size: .93rem; }
.bars div { display: flex; align-items: center; gap: .5rem; font-size: .78rem; color: var(--muted);
  white-space: nowrap; margin: .15rem 0; }
.bars i { display: block; height: .62rem; min-width: 2px; border-radius: .2rem; background: var(--slow); flex: none; }
.bars .fast i { background: var(--accent); }
.ratio { text-align: right; font-weight: 700; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; margin: .9rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .8rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { color: var(--muted); font-weight: 600; }
.right { text-align: right; }
figure { margin: 1.2rem 0; }
figure img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: .6rem;
  padding: .6rem; }
figure img.pixels { image-rendering: pixelated; }
figcaption { color: var(--muted); font-size: .88rem; max-width: 46rem; margin-top: .35rem; }
@media (max-width: 60rem) { .layout { display: block; }
  nav { position: static; max-height: none; padding: 1.2rem 1rem 0; columns: 2; } nav a { break-inside: avoid; } }
@media (max-width: 34rem) { nav { columns: 1; } .timing { grid-template-columns: 1fr auto; }
  .bars { grid-row: 2; grid-column: 1 / -1; } .ratio { grid-row: 1; grid-column: 2; } }
@media print { nav { display: none; } .layout { display: block; } section { break-inside: avoid-page; } }
)css";

const char* tick(bool equal) {
    return equal ? "<span class=\"good\">&#10003;</span>" : "<span class=\"bad\">&#10007;</span>";
}

std::string base64(const std::string& bytes) {
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k) three = three << 8 | (k < left ? std::uint8_t(bytes[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k) text += k <= left ? letters[three >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

std::string id(const Section& section) { return "chapter-" + escaped(section.number); }

}  // namespace

namespace html {

std::string paragraph(const std::string& text) { return "<p>" + escaped(text) + "</p>\n"; }

std::string check(const Check& check) {
    static constexpr const char* names[] = {"slide", "erratum", "measured"};
    const bool equal = check.equal;
    std::ostringstream out;
    out << "<div class=\"check\">" << tick(equal) << "<span>" << escaped(check.what) << " <small>"
        << names[std::size_t(check.source)] << "</small></span>";
    const std::string verdict =
        equal ? escaped(check.computed)
              : escaped(check.computed) + " <span class=\"bad\">instead of</span> " + escaped(check.expected);
    if (verdict.find('\n') == std::string::npos)
        out << "<code>" << verdict << "</code>";
    else
        out << "<pre>" << verdict << "</pre>";
    out << "</div>\n";
    return out.str();
}

std::string timing(const std::string& what, double naive, double optimized) {
    const double longest = std::max({naive, optimized, 1e-12});
    std::ostringstream out;
    const auto bar = [&](const char* kind, const char* name, double seconds) {
        out << "<div class=\"" << kind << "\"><i style=\"width: " << std::fixed << std::setprecision(1)
            << 70 * seconds / longest << "%\"></i>" << name << ' ' << duration(seconds) << "</div>";
    };
    out << "<div class=\"timing\"><span>" << escaped(what) << "</span><div class=\"bars\">";
    bar("slow", "naive", naive);
    bar("fast", "optimized", optimized);
    out << "</div><span class=\"ratio\">" << ratio(naive, optimized) << "</span></div>\n";
    return out.str();
}

std::string table(const Table& rows) {
    const std::vector<bool> right = numeric_columns(rows);
    std::ostringstream out;
    out << "<div class=\"scroll\"><table>\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const char* cell = i == 0 ? "th" : "td";
        out << "<tr>";
        for (std::size_t k = 0; k < rows[i].size(); ++k)
            out << '<' << cell << (right[k] ? " class=\"right\">" : ">") << escaped(rows[i][k]) << "</"
                << cell << '>';
        out << "</tr>\n";
    }
    out << "</table></div>\n";
    return out.str();
}

std::string figure(const std::filesystem::path& file, const std::string& caption) {
    const bool svg = file.extension() == ".svg";
    return std::string("<figure><img ") + (svg ? "" : "class=\"pixels\" ") + "alt=\"" + escaped(caption) +
           "\" src=\"data:image/" + (svg ? "svg+xml" : "png") + ";base64," + base64(read_whole(file)) +
           "\"><figcaption>" + escaped(caption) + "</figcaption></figure>\n";
}

}  // namespace html

std::string html_page(const std::vector<Section>& sections, const std::vector<std::string>& remarks) {
    Tally tally;
    std::ostringstream contents, body;
    for (const Section& section : sections) {
        tally += section.tally;
        const int checked = section.tally.all();
        contents << "<a href=\"#" << id(section) << "\"><span>" << escaped(section.number) << "</span><span>"
                 << escaped(section.title) << "</span>"
                 << (checked > 0 ? tick(section.tally.all_equal() == checked) : "<span></span>") << "</a>\n";
        body << "<section id=\"" << id(section) << "\">\n<h2><span class=\"number\">"
             << escaped(section.number) << "</span>" << escaped(section.title) << " <span class=\"badge\">"
             << escaped(section.slides) << "</span></h2>\n"
             << section.body << "</section>\n";
    }
    std::string notes;
    for (const std::string& remark : remarks) notes += "<p>" + escaped(remark) + "</p>";
    std::ostringstream page;
    page << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         << "<title>Receptive: the tour</title>\n<style>" << style << "</style>\n</head>\n<body>\n"
         << "<div class=\"layout\">\n<nav aria-label=\"Chapters\">\n"
         << contents.str() << "</nav>\n<main>\n<header><h1>Receptive: the tour</h1>\n"
         << "<p>CNNs for visual recognition: the lecture's own numbers, computed; each idea as the slide "
            "writes "
            "it beside the same idea made fast.</p>\n"
         << "<span class=\"total\">" << tick(tally.all_equal() == tally.all()) << ' ' << tally.sentence()
         << "</span>" << notes << "</header>\n"
         << body.str() << "</main>\n</div>\n</body>\n</html>\n";
    return page.str();
}

}  // namespace cnn
