#pragma once
/// @file  What the tour says and draws: to the console, to an HTML page, and as numbers for the book.
#include <filesystem>
#include <functional>
#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "common/report/page.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// The median time of `body`, in seconds: runs it again and again for about `budget` seconds, at least
/// three times (once where a single run exceeds the budget).
double median_seconds(const std::function<void()>& body, double budget = 0.05);

class Report {
public:
    /// Figures go to `folder` (made where it is missing); `console` gets the story as text.
    Report(std::filesystem::path folder, std::ostream& console, bool quick = false);

    /// The reader is in a hurry: leave out what takes long, such as training.
    bool quick() const { return quick_; }

    void chapter(const std::string& number, const std::string& title, const std::string& slides);
    void say(const std::string& paragraph);

    /// A number of the lecture: shown with a tick only if what was computed equals what the slide prints.
    template <class Value>
    void check(const std::string& what, const Value& computed, const Value& expected) {
        checked(what, text(computed), text(expected), computed == expected);
    }

    /// Naive beside optimized, seconds each.
    void timing(const std::string& what, double naive, double optimized);
    /// A table: the first row is the heading.  With a name it is also written to name.md, for the book.
    void table(const Table& rows, const std::string& name = "");
    /// A figure file (svg or png) that the caller has just written to path(name).
    void figure(const std::string& name, const std::string& caption);
    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    /// A number for the book's prose: a chapter.md says @cnnNumber{name} and gets `value`.
    void number(const std::string& name, const std::string& value);

    int numbers_checked() const;
    int numbers_equal() const;
    const std::vector<std::string>& figures() const { return figures_; }

    /// Writes index.html and numbers.doxy, and prints the total; call once, at the end.
    void finish();

private:
    template <class Value>
    static std::string text(const Value& value) {
        std::ostringstream out;
        out << std::boolalpha << value;
        return out.str();
    }
    /// One image of one channel as its bare grid, so that a row is a line.
    static std::string text(const Tensor& tensor);
    void checked(const std::string& what, const std::string& computed, const std::string& expected,
                 bool equal);
    Section& section();

    std::filesystem::path folder_;
    std::ostream& console_;
    bool quick_;
    bool coloured_;  ///< the console is a terminal
    std::vector<Section> sections_;
    std::map<std::string, std::string> numbers_;
    std::vector<std::string> figures_;
};

}  // namespace cnn
