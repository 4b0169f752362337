#include "common/report/report.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>

#include "common/base/error.hpp"
#include "common/base/missing.hpp"
#include "common/figure/drawing.hpp"
#include "common/files/whole_file.hpp"
#include "common/tensor/slide.hpp"

namespace cnn {

namespace {

constexpr std::size_t page_width = 96, value_column = 64;
constexpr const char* indent = "    ";

std::string wrapped(const std::string& paragraph) {
    std::istringstream words{paragraph};
    std::string text, line = indent;
    for (std::string word; words >> word;) {
        if (line != indent && columns(line) + 1 + columns(word) > page_width) {
            text += line + '\n';
            line = indent;
        }
        line += (line == indent ? "" : " ") + word;
    }
    return text + line + '\n';
}

std::string indented(const std::string& lines) {
    std::istringstream in{lines};
    std::string text;
    for (std::string line; std::getline(in, line);) text += std::string(indent) + indent + line + '\n';
    return text;
}

/// https://no-color.org
bool colour_refused() {
    const char* wish = std::getenv("NO_COLOR");
    return wish != nullptr && *wish != '\0';
}

}  // namespace

double median_seconds(const std::function<void()>& body, double budget) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> seconds;
    double spent = 0;
    do {
        const Clock::time_point start = Clock::now();
        body();
        seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
        spent += seconds.back();
    } while (spent < budget || (seconds.size() < 3 && seconds.front() < budget));
    const auto middle = seconds.begin() + std::ptrdiff_t(seconds.size() / 2);
    std::ranges::nth_element(seconds, middle);
    return *middle;
}

Report::Report(std::filesystem::path folder, std::ostream& console, bool quick,
               const std::filesystem::path& data)
    : folder_(std::move(folder)),
      console_(console),
      quick_(quick),
      data_(data.empty() ? fashion_mnist_folder : data),
      coloured_(&console == &std::cout && isatty(STDOUT_FILENO) == 1 && !colour_refused()) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    require(!error, "report: cannot make the folder ", folder_.string(), ": ", error.message(),
            "; choose another with --out");
}

Section& Report::section() {
    require(!sections_.empty(), "report: begin with chapter()");
    return sections_.back();
}

void Report::chapter(const std::string& number, const std::string& title, const std::string& slides) {
    const std::string heading = number + "  " + title;
    console_ << (sections_.empty() ? "" : "\n") << (coloured_ ? "\x1b[1m" : "")
             << padded(heading, page_width - columns(slides)) << (coloured_ ? "\x1b[0m" : "") << slides
             << '\n';
    sections_.push_back({number, title, slides, "", {}});
}

void Report::say(const std::string& paragraph) {
    section().body += html::paragraph(paragraph);
    console_ << wrapped(paragraph);
}

Dataset Report::garments(Part part) const { return fashion_mnist(part, data_); }

void Report::attempt(const std::string& what, const std::function<void()>& part) {
    try {
        part();
    } catch (const Missing& missing) {
        const std::string told = what + " (" + missing.what() + ").";
        const std::string text = "Left out here: " + told;
        section().body += html::paragraph(text);
        console_ << wrapped(text);
        remark("Left out in " + section().number + ": " + told);
    }
}

void Report::remark(const std::string& sentence) { remarks_.push_back(sentence); }

void Report::checked(const Check& check) {
    Section& now = section();
    now.tally.count(check);
    now.body += html::check(check);

    const char *colour = "", *plain = "";
    if (coloured_) {
        colour = check.equal ? "\x1b[32m" : "\x1b[31m";
        plain = "\x1b[0m";
    }
    console_ << indent << colour << (check.equal ? "✓" : "✗") << plain << ' ';
    if ((check.computed + check.expected).find('\n') == std::string::npos)
        console_ << padded(check.what, value_column) << ' ' << check.computed
                 << (check.equal ? "" : "  instead of  " + check.expected) << '\n';
    else
        console_ << check.what << '\n'
                 << (check.equal
                         ? ""
                         : indented(check.computed) + indent + "  instead of\n" + indented(check.expected));
}

std::string Report::text(const Tensor& tensor) {
    const Shape& s = tensor.shape();
    std::ostringstream out;
    if (s.n != 1 || s.c != 1) {
        out << tensor;
        return out.str();
    }
    for (int h = 0; h < s.h; ++h)
        for (int w = 0; w < s.w; ++w) {
            if (w > 0 || h > 0) out << (w > 0 ? " " : "\n");
            out << std::setw(s.h > 1 ? 4 : 0) << std::setprecision(7) << tensor(0, h, w, 0);
        }
    return out.str();
}

void Report::timing(const std::string& what, double naive, double optimized) {
    section().body += html::timing(what, naive, optimized);
    console_ << indent << "⏱ " << padded(what, 48) << " naive " << padded(duration(naive), 8, true)
             << "   optimized " << padded(duration(optimized), 8, true)
             << padded(ratio(naive, optimized), 9, true) << '\n';
}

void Report::table(const Table& rows, const std::string& name) {
    console_ << aligned(rows, indent);
    section().body += html::table(rows);
    if (!name.empty()) write_whole(path(name + ".md"), markdown(rows));
}

void Report::figure(const std::string& name, const std::string& caption) {
    section().body += html::figure(path(name), caption);
    figures_.push_back(name);
    console_ << indent << "→ " << path(name).string() << '\n';
}

void Report::plot(const std::string& name, const cnn::figure::Plot& curves, const std::string& caption) {
    attempt("the curves of " + name, [&] {
        cnn::figure::plot(path(name), curves);
        figure(name, caption);
    });
}

void Report::number(const std::string& name, const std::string& value) {
    require(
        !name.empty() && std::ranges::all_of(name, [](char c) { return std::isalnum(std::uint8_t(c)) != 0; }),
        "report: the number \"", name, "\" must be named by letters and digits alone");
    const auto [place, fresh] = numbers_.emplace(name, value);
    require(fresh || place->second == value, "report: the number \"", name, "\" is ", place->second, " and ",
            value);
}

Tally Report::tally() const {
    Tally all;
    for (const Section& s : sections_) all += s.tally;
    return all;
}

void Report::finish() {
    write_whole(path("index.html"), html_page(sections_, remarks_));

    // An unknown number becomes an unknown command, and that is an error in Doxygen.
    std::string aliases = "ALIASES += cnnNumber{1}=\"@cnnNumber_\\1\"\n";
    for (const auto& [name, value] : numbers_) {
        std::string safe;
        for (const char letter : value)
            safe += letter == '"' || letter == '\\' ? std::string("\\") + letter : std::string(1, letter);
        aliases += "ALIASES += cnnNumber_" + name + "=\"" + safe + "\"\n";
    }
    write_whole(path("numbers.doxy"), aliases);
    console_ << '\n';
    for (const std::string& sentence : remarks_) console_ << sentence << '\n';
    console_ << tally().sentence() << "; the page is " << path("index.html").string() << '\n';
}

}  // namespace cnn
