#pragma once
/// @file  One exception for all wrong use: its text names the thing, the numbers, and the remedy.
#include <sstream>
#include <stdexcept>
#include <string>

namespace cnn {

class Error : public std::runtime_error {
public:
    /// Strings the parts together: `Error("conv2d: stride ", 0, "; it must be at least 1")`.
    template <class... Parts>
    explicit Error(const Parts&... parts) : std::runtime_error(join(parts...)) {}

private:
    template <class... Parts>
    static std::string join(const Parts&... parts) {
        std::ostringstream text;
        (text << ... << parts);
        return text.str();
    }
};

/// Throws an Error of these parts unless `holds`.
template <class... Parts>
void require(bool holds, const Parts&... parts) {
    if (!holds) throw Error(parts...);
}

}  // namespace cnn
