#include "common/report/table.hpp"

#include <algorithm>

#include "common/base/error.hpp"

namespace cnn {

namespace {

void require_rectangle(const Table& table) {
    require(!table.empty() &&
                std::ranges::all_of(table, [&](auto& row) { return row.size() == table[0].size(); }),
            "table: every row needs as many cells as the heading");
}

}  // namespace

std::string aligned(const Table& table, const std::string& indent) {
    require_rectangle(table);
    const std::vector<bool> right = numeric_columns(table);
    std::vector<std::size_t> widths(table[0].size());
    for (const auto& row : table)
        for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], columns(row[k]));
    std::string text;
    for (const auto& row : table) {
        std::string line = indent;
        for (std::size_t k = 0; k < row.size(); ++k) line += padded(row[k], widths[k], right[k]) + "  ";
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return text;
}

std::string markdown(const Table& table) {
    require_rectangle(table);
    std::string text, rule = "|";
    for (const bool right : numeric_columns(table)) rule += right ? " ---: |" : " --- |";
    for (const auto& row : table) {
        text += '|';
        for (const std::string& cell : row) text += ' ' + cell + " |";
        text += '\n' + (&row == table.data() ? rule + '\n' : "");
    }
    return text;
}

std::string csv(const Table& table) {
    require_rectangle(table);
    std::string text;
    for (const auto& row : table) {
        for (std::size_t k = 0; k < row.size(); ++k) {
            std::string cell = row[k];
            if (cell.find_first_of(",\"\n") != std::string::npos) {
                for (std::size_t at = 0; (at = cell.find('"', at)) != std::string::npos; at += 2)
                    cell.insert(at, 1, '"');
                cell = '"' + cell + '"';
            }
            text += (k > 0 ? "," : "") + cell;
        }
        text += '\n';
    }
    return text;
}

std::vector<bool> numeric_columns(const Table& table) {
    std::vector<bool> numeric(table.empty() ? 0 : table[0].size(), table.size() > 1);
    for (std::size_t i = 1; i < table.size(); ++i)
        for (std::size_t k = 0; k < numeric.size(); ++k) {
            const std::string& cell = table[i][k];
            if (!cell.empty() && cell != "-" && cell.find_first_of("0123456789") > 1) numeric[k] = false;
        }
    return numeric;
}

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    const int first = text[0] == '-' ? 1 : 0;
    for (int at = int(text.size()) - 3; at > first; at -= 3) text.insert(std::size_t(at), 1, ',');
    return text;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
    const std::string blanks(width - std::min(width, columns(text)), ' ');
    return right ? blanks + text : text + blanks;
}

std::size_t columns(const std::string& text) {
    return std::size_t(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace cnn
