// cnn summary without a name: all networks.
#include <iostream>
#include <nlohmann/json.hpp>

#include "common/book/chapter.hpp"
#include "common/report/page.hpp"
#include "common/report/table.hpp"
#include "program/counted.hpp"

namespace cnn::program {

void list_networks(bool as_json, bool as_csv) {
    using json = nlohmann::ordered_json;
    json objects = json::array();
    Table table = {{"network", "input", "classes", "parameters", "multiply-adds", "about"}};
    for (const Network& net : networks()) {
        const Counted counted(net, {});
        const Shape& input = counted.net.image.shape();
        const int classes = counted.net.logits.shape().c;
        const auto count = [&](std::int64_t n) { return as_csv ? std::to_string(n) : grouped(n); };
        table.push_back({net.name, size_of(input), std::to_string(classes), count(counted.all.parameters),
                         count(counted.all.multiply_adds), net.about});
        objects.push_back({{"net", net.name},
                           {"input", {input.h, input.w, input.c}},
                           {"classes", classes},
                           {"parameters", counted.all.parameters},
                           {"multiply_adds", counted.all.multiply_adds},
                           {"about", net.about}});
    }
    if (as_json)
        std::cout << json{{"networks", objects}}.dump(2) << '\n';
    else
        std::cout << (as_csv ? csv(table) : aligned(table));
}

}  // namespace cnn::program
