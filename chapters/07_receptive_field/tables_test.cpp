// s-11: the published receptive fields of whole networks, from their windows alone.
#include "networks_testing.hpp"

using namespace cnn;
using namespace cnn::windows;

TEST_SUITE_BEGIN("s-11 published tables");

// [vgg]
TEST_CASE("s-11: VGG-16 grows to 212 pixels in front of its dense layers") {
    const Layer c{3, 1, 1}, p{2, 2};
    CHECK(chain({c, c, p, c, c, p, c, c, c, p, c, c, c, p, c, c, c, p, {7}}, 224) ==
          Fields{"3/1", "5/1", "6/2",                     //
                 "10/2", "14/2", "16/4",                  //
                 "24/4", "32/4", "40/4", "44/8",          //
                 "60/8", "76/8", "92/8", "100/16",        //
                 "132/16", "164/16", "196/16", "212/32",  //
                 "404/32"});
}
// [vgg]

TEST_CASE("s-11: AlexNet and ZFNet as published") {
    const Layer c{3, 1, 1}, p{3, 2};
    CHECK(chain({{11, 4}, p, {5, 1, 2}, p, c, c, c, p, {6}}, 227) ==
          Fields{"11/4", "19/8", "51/8", "67/16", "99/16", "131/16", "163/16", "195/32", "355/32"});
    CHECK(chain({{7, 2, 1}, {3, 2, 1}, {5, 2}, {3, 2, 1}, c, c, c, p, {6}}, 224) ==
          Fields{"7/2", "11/4", "27/8", "43/16", "75/16", "107/16", "139/16", "171/32", "331/32"});
}

TEST_CASE("s-11: MobileNet sees 315 pixels") {
    std::vector<Layer> layers{{3, 2, 1}};
    for (const int stride : {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1}) {
        layers.push_back({3, stride, 1});
        layers.push_back({1});
    }
    CHECK(chain(layers, 224).back() == "315/32");
}

// [resnet]
TEST_CASE("s-11: ResNets as graphs: 435 and 899 and with bottlenecks 483 or 427 as the stride sits (E8)") {
    enum class Block { basic, paper, torchvision };
    const auto resnet = [](const std::vector<int>& depths, Block block) {
        Graph net;
        Node x = layer(layer(net.input({.h = 224, .w = 224}), {7, 2, 3}), {3, 2, 1});
        for (std::size_t stage = 0; stage < 4; ++stage)
            for (int b = 0; b < depths[stage]; ++b) {
                const int s = stage > 0 && b == 0 ? 2 : 1;
                const Node shortcut = s == 2 ? layer(x, {1, 2}) : x;
                const Node y = block == Block::basic   ? layer(layer(x, {3, s, 1}), {3, 1, 1})
                               : block == Block::paper ? layer(layer(layer(x, {1, s}), {3, 1, 1}), {1})
                                                       : layer(layer(layer(x, {1}), {3, s, 1}), {1});
                x = sum({y, shortcut});
            }
        CHECK(receptive_field(net, x).aligned);
        return field(x);
    };
    CHECK(resnet({2, 2, 2, 2}, Block::basic) == "435/32");
    CHECK(resnet({3, 4, 6, 3}, Block::basic) == "899/32");
    CHECK(resnet({3, 4, 6, 3}, Block::paper) == "483/32");
    CHECK(resnet({3, 4, 23, 3}, Block::paper) == "1027/32");
    CHECK(resnet({3, 8, 36, 3}, Block::paper) == "1507/32");
    CHECK(resnet({3, 4, 6, 3}, Block::torchvision) == "427/32");
    CHECK(resnet({3, 4, 23, 3}, Block::torchvision) == "971/32");
    CHECK(resnet({3, 8, 36, 3}, Block::torchvision) == "1451/32");
}
// [resnet]

TEST_CASE("s-11: GoogLeNet grows by its 5x5 branches to 715 and torchvision's 3x3 branches make it 379") {
    const auto googlenet = [](int widest, const Layer& pool4) {
        Graph net;
        const auto inception = [&](Node x) {
            return sum({layer(x, {1}), layer(layer(x, {1}), {3, 1, 1}),
                        layer(layer(x, {1}), {widest, 1, widest / 2}), layer(layer(x, {3, 1, 1}), {1})});
        };
        Fields fields;
        Node x = layer(net.input({.h = 224, .w = 224}), {7, 2, 3});
        x = layer(layer(x, {3, 2, 1}), {3, 1, 1});
        fields.push_back(field(x));
        x = layer(x, {3, 2, 1});
        for (int i = 0; i < 2; ++i) fields.push_back(field(x = inception(x)));
        x = layer(x, {3, 2, 1});
        for (int i = 0; i < 5; ++i) fields.push_back(field(x = inception(x)));
        x = layer(x, pool4);
        for (int i = 0; i < 2; ++i) fields.push_back(field(x = inception(x)));
        return fields;
    };
    CHECK(googlenet(5, {3, 2, 1}) == Fields{"19/4", "59/8", "91/8", "171/16", "235/16", "299/16", "363/16",
                                            "427/16", "587/32", "715/32"});
    CHECK(googlenet(3, {3, 2, 1}).back() == "395/32");
    CHECK(googlenet(3, {2, 2}).back() == "379/32");
}

TEST_SUITE_END();
