// The winners of ILSVRC.
#include "winners.hpp"

namespace cnn {

const std::vector<Winner>& ilsvrc_winners() {
    static const std::vector<Winner> winners{
        {2010, "NEC-UIUC", 28.2, false, "hand-designed features (HOG, LBP), linear classifiers"},
        {2011, "XRCE", 25.8, false, "hand-designed features, Fisher vectors, linear classifiers"},
        {2012, "AlexNet", 16.4, true,
         "5 networks, the supplied images only; 15.3 with 7 networks and more images"},
        {2013, "Clarifai", 11.7, true, "several networks, the supplied images only"},
        {2014, "GoogLeNet", 6.7, true, "7 networks, 144 crops of each image"},
        {2015, "ResNet", 3.6, true, "6 networks of several depths"},
    };
    return winners;
}

}  // namespace cnn
