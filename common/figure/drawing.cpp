#include "common/figure/drawing.hpp"

#include <algorithm>

#include "common/files/whole_file.hpp"

namespace cnn {

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char letter : text) switch (letter) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += letter;
        }
    return safe;
}

void Drawing::rectangle(double x, double y, double width, double height, const std::string& fill,
                        const std::string& stroke, double radius) {
    body_ << "<rect x=\"" << x << "\" y=\"" << y << "\" width=\"" << width << "\" height=\"" << height
          << "\" rx=\"" << radius << "\" fill=\"" << fill << "\" stroke=\"" << stroke << "\"/>\n";
}

void Drawing::line(double x1, double y1, double x2, double y2, const std::string& colour, double width) {
    body_ << "<line x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2 << "\" y2=\"" << y2 << "\" stroke=\""
          << colour << "\" stroke-width=\"" << width << "\"/>\n";
}

void Drawing::dashes(double x1, double y1, double x2, double y2, const std::string& colour, double width) {
    body_ << "<line x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2 << "\" y2=\"" << y2 << "\" stroke=\""
          << colour << "\" stroke-width=\"" << width << "\" stroke-dasharray=\"5 4\"/>\n";
}

void Drawing::words(double x, double y, const std::string& text, const Style& style) {
    const double baseline = y + 0.35 * style.size;
    body_ << "<text x=\"" << x << "\" y=\"" << baseline << "\" font-size=\"" << style.size
          << "\" text-anchor=\"" << style.anchor << "\" fill=\"" << style.colour << '"';
    if (style.bold) body_ << " font-weight=\"600\"";
    if (style.rotated != 0) body_ << " transform=\"rotate(" << style.rotated << ' ' << x << ' ' << y << ")\"";
    body_ << '>' << escaped(text) << "</text>\n";
}

double Drawing::width(const std::string& text, double size) {
    const auto letters = std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
    return 0.56 * size * double(letters);
}

void Drawing::write(const std::filesystem::path& svg, double width, double height) const {
    std::ostringstream out;
    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width << "\" height=\"" << height
        << "\" viewBox=\"0 0 " << width << ' ' << height
        << "\" font-family=\"'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', "
           "sans-serif\">\n"
        << "<rect width=\"100%\" height=\"100%\" fill=\"" << palette::paper << "\"/>\n"
        << body_.str() << "</svg>\n";
    write_whole(svg, out.str());
}

}  // namespace cnn
