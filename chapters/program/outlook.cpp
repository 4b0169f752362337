#include "program/outlook.hpp"

#include <algorithm>

#include "common/book/chapter.hpp"
#include "common/figure/bubbles.hpp"
#include "common/graph/describe.hpp"
#include "common/report/page.hpp"

namespace cnn::program {

namespace {

std::string millions(std::int64_t number) {
    return decimals(double(number) / 1e6, number < 10'000'000 ? 1 : 0);
}

void chart(Report& report, const std::vector<Weighed>& all) {
    figure::Bubbles bubbles{.title = "Accuracy on ImageNet, multiply-adds and parameters (areas)",
                            .x_label = "multiply-adds for one picture, billions",
                            .y_label = "first answer right, %"};
    std::vector<std::string> families;
    for (const Weighed& net : all) {
        const Published& p = net.published;
        if (std::ranges::find(families, p.family) == families.end()) families.push_back(p.family);
        bubbles.bubbles.push_back({p.net, double(net.multiply_adds) / 1e9, p.top1, double(net.parameters),
                                   int(families.size()) - 1, !p.weights});
    }
    figure::bubbles(report.path("networks_accuracy.svg"), bubbles);
    report.figure(
        "networks_accuracy.svg",
        "Every network of the lecture with a published accuracy: up is better, left is cheaper, small is "
        "light. Full "
        "circles are measured with torchvision's weights on one crop, hollow ones reported by their papers.");
}

void tables(Report& report, const std::vector<Weighed>& all) {
    Table published = {{"network", "multiply-adds, millions", "parameters, millions", "first answer right, %",
                        "one of five right, %", "later weights, %", "source"}};
    for (const Weighed& net : all) {
        const Published& p = net.published;
        const auto known = [](double share, int digits) {
            return share > 0 ? decimals(share, digits) : std::string();
        };
        published.push_back({p.net, millions(net.multiply_adds), millions(net.parameters),
                             decimals(p.top1, 1), known(p.top5, 1), known(p.retrained, 1), p.source});
    }
    report.table(published, "networks_published");

    Table take = {{"at most so many multiply-adds, millions", "take", "it needs, millions",
                   "parameters, millions", "first answer right, %"}};
    for (const std::int64_t budget : {50, 150, 300, 500, 1000, 2000, 5000, 12'000, 40'000})
        if (const Weighed* net = best_within(all, &Weighed::multiply_adds, budget * 1'000'000))
            take.push_back({grouped(budget), net->published.net, millions(net->multiply_adds),
                            millions(net->parameters), decimals(net->best(), 1)});
    report.table(take, "networks_to_take");

    Table light = {
        {"at most so many parameters, millions", "take", "multiply-adds, millions", "first answer right, %"}};
    for (const std::int64_t budget : {2, 3, 6, 10, 20, 70})
        if (const Weighed* net = best_within(all, &Weighed::parameters, budget * 1'000'000))
            light.push_back({grouped(budget), net->published.net, millions(net->multiply_adds),
                             decimals(net->best(), 1)});
    report.table(light, "networks_light");
}

}  // namespace

double Weighed::best() const { return std::max(published.top1, published.retrained); }

std::vector<Weighed> weighed_networks() {
    std::vector<Weighed> all;
    for (const Published& published : published_accuracies()) {
        Graph graph;
        build(network(published.net), graph, {.input = published.input});
        const Description counted = describe(graph);
        all.push_back({published, counted.parameters, counted.multiply_adds});
    }
    return all;
}

const Weighed* best_within(const std::vector<Weighed>& all, std::int64_t Weighed::*cost, std::int64_t most) {
    const Weighed* best = nullptr;
    for (const Weighed& net : all)
        if (net.published.weights && net.*cost <= most && (best == nullptr || net.best() > best->best()))
            best = &net;
    return best;
}

void walk_networks(Report& report) {
    report.chapter("", "All networks", "s-17 to s-21");
    report.say(
        "What each network of the lecture costs, as counted here, and how often it is right, as published. "
        "The accuracies are of "
        "single networks on ImageNet's validation pictures.");
    const std::vector<Weighed> all = weighed_networks();
    chart(report, all);
    tables(report, all);
}

}  // namespace cnn::program
