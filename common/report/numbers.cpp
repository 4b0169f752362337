// Numbers as one reads them, and what the checked ones come to.
#include <cctype>
#include <cmath>
#include <cstdint>
#include <iomanip>
#include <sstream>

#include "common/report/page.hpp"

namespace cnn {

Source source_of(const std::string& what) {
    const auto in_word = [&](std::size_t i) {
        return i < what.size() && std::isalnum(std::uint8_t(what[i])) != 0;
    };
    for (std::size_t i = 0; i + 1 < what.size(); ++i) {
        if (std::string("EHAS").find(what[i]) == std::string::npos || (i > 0 && in_word(i - 1))) continue;
        std::size_t end = i + 1;
        while (end < what.size() && std::isdigit(std::uint8_t(what[end])) != 0) ++end;
        if (end > i + 1 && !in_word(end)) return Source::erratum;
    }
    return Source::slide;
}

std::string decimals(double number, int after) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(after) << number;
    return text.str();
}

std::string percent(double share, int after) { return decimals(100 * share, after) + " %"; }

std::string size_of(const Shape& map) {
    std::ostringstream text;
    text << map.h << 'x' << map.w << 'x' << map.c;
    return text.str();
}

void Tally::count(const Check& check) {
    ++checked.at(std::size_t(check.source));
    equal.at(std::size_t(check.source)) += check.equal;
}

Tally& Tally::operator+=(const Tally& other) {
    for (std::size_t k = 0; k < checked.size(); ++k) {
        checked.at(k) += other.checked.at(k);
        equal.at(k) += other.equal.at(k);
    }
    return *this;
}

std::string Tally::sentence() const {
    static constexpr const char* kinds[] = {" printed on slides", " of errata", " measured here"};
    std::ostringstream out;
    out << all_equal() << " of " << all() << " numbers agree";
    const char* before = ": ";
    for (std::size_t k = 0; k < checked.size(); ++k) {
        if (checked.at(k) == 0) continue;
        out << before << equal.at(k) << " of " << checked.at(k) << kinds[k];
        before = ", ";
    }
    return out.str();
}

std::string duration(double seconds) {
    static constexpr const char* units[] = {" s", " ms", " µs", " ns"};
    int unit = 0;
    for (; unit < 3 && seconds < 0.9995; ++unit) seconds *= 1000;
    std::ostringstream out;
    out << std::fixed
        << std::setprecision(seconds < 9.995   ? 2
                             : seconds < 99.95 ? 1
                                               : 0)
        << seconds << units[unit];
    return out.str();
}

std::string ratio(double naive, double optimized) {
    const double times = naive / optimized;
    std::ostringstream out;
    out << std::fixed << std::setprecision(times < 9.95 ? 1 : 0) << times << "x";
    return out.str();
}

std::string about(double ratio) {
    // Two runs of a loaded machine differ by half; steps of about that size are what stays.
    static constexpr double steps[] = {1, 1.5, 2, 3, 5, 7, 10};
    double unit = 1;
    while (ratio / unit >= 10) unit *= 10;
    double nearest = steps[0];
    for (const double step : steps)
        if (std::abs(std::log(ratio / (step * unit))) < std::abs(std::log(ratio / (nearest * unit))))
            nearest = step;
    return "about " + readable(nearest * unit);
}

std::string readable(double number) {
    if (number == std::round(number) && std::abs(number) < 1e15) return grouped(std::int64_t(number));
    std::ostringstream out;
    out << number;
    return out.str();
}

}  // namespace cnn
