// Errors as printed, and as reported.
#include "reported.hpp"

#include <cmath>

namespace cnn {

const std::vector<Printed>& printed_errors() {
    static const std::vector<Printed> rows{{"AlexNet", 2012, 16.4},
                                           {"ZFNet", 2013, 11.7},
                                           {"GoogLeNet", 2014, 6.67},
                                           {"VGG-16", 2014, 7.4},
                                           {"ResNet-152", 2015, 3.57}};
    return rows;
}

const std::vector<Reported>& reported_errors() {
    const char* const results12 = "image-net.org/challenges/LSVRC/2012/results";
    const char* const results13 = "image-net.org/challenges/LSVRC/2013/results";
    const char* const zeiler = "Zeiler and Fergus 2014";
    const char* const szegedy = "Szegedy et al. 2015";
    const char* const simonyan = "Simonyan and Zisserman 2015";
    const char* const he = "He et al. 2016";
    static const std::vector<Reported> all{
        {"AlexNet", "SuperVision", 15.315, 7, true, true, results12},
        {"AlexNet", "SuperVision", 16.422, 5, false, true, results12},
        {"AlexNet", "AlexNet", 18.2, 1, false, false,
         "Krizhevsky, Sutskever and Hinton 2012, validation images"},
        {"ZFNet", "Clarifai", 11.197, 0, true, true, results13},
        {"ZFNet", "Clarifai", 11.743, 0, false, true, results13},
        {"ZFNet", "ZF", 13.5, 0, false, true, results13},
        {"ZFNet", "ZFNet", 14.8, 6, false, false, zeiler},
        {"ZFNet", "ZFNet", 16.5, 1, false, false, zeiler},
        {"GoogLeNet", "GoogLeNet", 6.67, 7, false, true, szegedy},
        {"GoogLeNet", "GoogLeNet", 7.89, 1, false, false, szegedy},
        {"GoogLeNet", "GoogLeNet", 10.07, 1, false, false, szegedy},
        {"VGG-16", "VGG", 7.3, 7, false, true, simonyan},
        {"VGG-16", "VGG-16", 7.4, 1, false, false, "Simonyan and Zisserman's page of the released networks"},
        {"VGG-16", "VGG-16 and VGG-19", 6.8, 2, false, false, simonyan},
        {"ResNet-152", "MSRA", 3.57, 6, false, true, he},
        {"ResNet-152", "ResNet-152", 4.49, 1, false, false, he},
        {"ResNet-152", "ResNet-152", 5.71, 1, false, false, he},
    };
    return all;
}

std::vector<Reported> meant_by(const Printed& printed) {
    // A figure with two digits behind the point is meant to the second, one with one to the first.
    const bool tenths = std::abs(printed.top5 * 10 - std::round(printed.top5 * 10)) < 1e-9;
    const double half = tenths ? 0.05 : 0.005;
    std::vector<Reported> meant;
    for (const Reported& error : reported_errors())
        if (error.row == printed.row && std::abs(error.top5 - printed.top5) < half) meant.push_back(error);
    return meant;
}

double Annotator::uncertainty() const { return std::sqrt(top5 * (100 - top5) / pictures); }

const std::vector<Annotator>& annotators() {
    static const std::vector<Annotator> both{{1500, 5.1}, {258, 12.0}};
    return both;
}

}  // namespace cnn
