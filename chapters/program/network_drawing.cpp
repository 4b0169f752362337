// A network as a picture: graphviz lays it out.
#include <set>
#include <sstream>

#include "common/figure/drawing.hpp"
#include "common/figure/tool.hpp"
#include "common/files/whole_file.hpp"
#include "common/report/page.hpp"
#include "common/report/table.hpp"
#include "program/counted.hpp"

namespace cnn::program {

namespace {

/// Text as graphviz quotes it.
std::string quoted(const std::string& text) {
    std::string safe = "\"";
    for (const char letter : text)
        safe += letter == '"' || letter == '\\' ? std::string("\\") + letter : std::string(1, letter);
    return safe + "\"";
}

/// A box: name, what it does, its map; tinted where it learns.
std::string box(const Row& row, std::size_t id) {
    const std::string name = quoted(row.level > 0 ? row.last_name() : row.name);
    std::ostringstream out;
    out << "  n" << id << " [label=" << name.substr(0, name.size() - 1) << "\\n"
        << row.op << "\\n"
        << size_of(row.output);
    if (row.parameters > 0) out << "\\n" << grouped(row.parameters) << " parameters";
    out << "\", fillcolor=\"" << (row.parameters > 0 ? palette::tint : palette::cell) << "\"];\n";
    return out.str();
}

std::string script(const Counted& counted, const std::vector<Row>& rows) {
    std::ostringstream out;
    out << "digraph {\n  label=" << quoted(counted.name) << "; labelloc=t; bgcolor=\"" << palette::paper
        << "\"; ranksep=0.3; nodesep=0.25; fontname=\"Helvetica\"; fontsize=16;\n"
        << "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11, color=\""
        << palette::muted << "\", fontcolor=\"" << palette::ink << "\", margin=\"0.15,0.06\"];\n"
        << "  edge [color=\"" << palette::muted << "\", arrowsize=0.6];\n";

    // Frames open before their rows and close when a row of their own level or above comes.
    std::vector<std::size_t> row_of(counted.all.layers.size(), 0);
    int level = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const Row& row = rows[r];
        for (; level > row.level; --level) out << "  }\n";
        if (row.open) {
            out << "  subgraph \"cluster" << r << "\" {\n  label=" << quoted(row.name)
                << "; style=rounded; color=\"" << palette::line << "\"; fontcolor=\"" << palette::muted
                << "\"; fontsize=12;\n";
            ++level;
            continue;
        }
        out << box(row, r);
        for (const int layer : row.layers) row_of[std::size_t(layer)] = r;
    }
    for (; level > 0; --level) out << "  }\n";

    // An arrow for each pair of boxes, however many maps go from one to the other.
    std::set<std::pair<std::size_t, std::size_t>> arrows;
    const auto& entries = counted.graph.entries();
    for (std::size_t i = 0; i < entries.size(); ++i)
        for (const int from : entries[i].inputs) arrows.emplace(row_of[std::size_t(from)], row_of[i]);
    for (const auto& [from, to] : arrows)
        if (from != to) out << "  n" << from << " -> n" << to << ";\n";
    out << "}\n";
    return out.str();
}

}  // namespace

void draw(const Counted& counted, const std::vector<Row>& rows, const std::filesystem::path& svg) {
    WholeFile picture(svg);
    std::filesystem::path commands = picture.temporary();
    commands += ".dot";
    const WholeFile script_file(commands);
    write_whole(script_file.temporary(), script(counted, rows));
    figure::run_tool({"dot", "-Tsvg", "-o", picture.temporary().string(), script_file.temporary().string()},
                     svg, "graphviz");
    picture.commit();
}

}  // namespace cnn::program
