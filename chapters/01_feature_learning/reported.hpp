#pragma once
/// @file  s-17: the errors that the table prints, and all that were reported for those rows.
#include <string>
#include <vector>

namespace cnn {

/// A row of s-17's table.
struct Printed {
    std::string row = {};
    int year = 0;
    double top5 = 0;  ///< error, in percent
};
const std::vector<Printed>& printed_errors();

/// An error on ImageNet's thousand classes that a row of the table may mean, and what it was measured with.
struct Reported {
    std::string row = {}, who = {};
    double top5 = 0;         ///< error, in percent
    int networks = 1;        ///< how many voted; 0: several, how many was not published
    bool more_data = false;  ///< trained on more than the challenge supplied
    bool entered = false;    ///< an entry to the challenge, judged on its hidden test images
    std::string source = {};
};
const std::vector<Reported>& reported_errors();

/// The reported errors of a row that round to what it prints.
std::vector<Reported> meant_by(const Printed& printed);

/// A person who named the challenge's pictures (Russakovsky et al. 2015).
struct Annotator {
    int pictures = 0;
    double top5 = 0;  ///< error, in percent

    /// The standard error of that figure, in percent: that many pictures say no more.
    double uncertainty() const;
};
/// One who had trained on 500 pictures, and one who had on 100.
const std::vector<Annotator>& annotators();

}  // namespace cnn
