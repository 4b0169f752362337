#pragma once
/// @file  What the tour says and draws: to the console, to an HTML page, and as numbers for the book.
#include <filesystem>
#include <functional>
#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "common/figure/figure.hpp"
#include "common/files/dataset.hpp"
#include "common/report/page.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// The median time of `body`, in seconds: runs it again and again for about `budget` seconds, at least
/// three times (once where a single run exceeds the budget, as it does one of 0).
double median_seconds(const std::function<void()>& body, double budget = 0.05);

class Report {
public:
    /// Figures go to `folder` (made where it is missing); `console` gets the story as text.  Garments come
    /// from the folder `data`, Debian's where it is empty.
    Report(std::filesystem::path folder, std::ostream& console, bool quick = false,
           const std::filesystem::path& data = {});

    /// The reader is in a hurry: leave out what takes long, such as training.
    bool quick() const { return quick_; }

    /// All of Fashion-MNIST; throws Missing where it is not there, which leaves out the part that needs it.
    /// What is only shown comes from shown_garments(), which any machine has.
    Dataset garments(Part part) const;
    /// Runs a part of the tour.  Where this machine lacks something for it (Missing), what is left out and
    /// why is told, and the tour goes on.
    void attempt(const std::string& what, const std::function<void()>& part);
    /// What a reader must know of this run as a whole: at the head of the page, at the end of the console.
    void remark(const std::string& sentence);

    void chapter(const std::string& number, const std::string& title, const std::string& slides);
    void say(const std::string& paragraph);

    /// A number of the lecture: shown with a tick only if what was computed equals what the slide prints, or,
    /// where `what` carries an erratum's number ("E1", "H4"), what the slide should.
    template <class Value>
    void check(const std::string& what, const Value& computed, const Value& expected) {
        checked({what, text(computed), text(expected), source_of(what), computed == expected});
    }
    /// The same for what is no slide's: a result measured here, held to a bound or to an earlier run.
    template <class Value>
    void agree(const std::string& what, const Value& computed, const Value& expected) {
        checked({what, text(computed), text(expected), Source::measured, computed == expected});
    }

    /// Naive beside optimized, seconds each.
    void timing(const std::string& what, double naive, double optimized);
    /// A table: the first row is the heading.  With a name it is also written to name.md, for the book.
    void table(const Table& rows, const std::string& name = "");
    /// A figure file (svg or png) that the caller has just written to path(name).
    void figure(const std::string& name, const std::string& caption);
    /// Curves, drawn by gnuplot; left out, and told, where that is missing.
    void plot(const std::string& name, const cnn::figure::Plot& curves, const std::string& caption);
    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    /// A number for the book's prose: a chapter.md says @cnnNumber{name} and gets `value`.
    void number(const std::string& name, const std::string& value);

    Tally tally() const;
    int numbers_checked() const { return tally().all(); }
    int numbers_equal() const { return tally().all_equal(); }
    const std::vector<std::string>& figures() const { return figures_; }

    /// Writes index.html and numbers.doxy, and prints the total; call once, at the end.
    void finish();

private:
    template <class Value>
    static std::string text(const Value& value) {
        if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>)
            return readable(double(value));
        std::ostringstream out;
        out << std::boolalpha << value;
        return out.str();
    }
    /// One image of one channel as its bare grid, so that a row is a line.
    static std::string text(const Tensor& tensor);
    void checked(const Check& check);
    Section& section();

    std::filesystem::path folder_;
    std::ostream& console_;
    bool quick_;
    std::filesystem::path data_;
    bool coloured_;  ///< the console is a terminal
    std::vector<Section> sections_;
    std::map<std::string, std::string> numbers_;
    std::vector<std::string> figures_, remarks_;
};

}  // namespace cnn
