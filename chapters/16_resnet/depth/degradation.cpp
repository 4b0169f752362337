// The problem that residual blocks solve: plain networks that get worse as they get deeper.
#include "depth/degradation.hpp"

#include "common/figure/figure.hpp"
#include "common/files/data_folder.hpp"
#include "common/report/page.hpp"
#include "common/report/report.hpp"

namespace cnn {

TrainingLog brief_training(int depth, bool skips) {
    std::string name = skips ? "resnet" : "plain";
    name.append(std::to_string(depth)).append("_cifar10.json");
    return read_log(data_folder() / "degradation" / name);
}

void degradation(Report& report) {
    std::vector<figure::Series> curves;
    Table table{{"network", "training loss", "its accuracy on training pictures"}};
    std::string settings;
    for (const bool skips : {false, true})
        for (const int depth : {20, 56}) {
            const TrainingLog log = brief_training(depth, skips);
            settings = log.settings;
            figure::Series curve;
            curve.title.append(std::to_string(depth)).append(skips ? " layers with skips" : " plain layers");
            for (const Epoch& epoch : log.epochs) {
                curve.x.push_back(double(epoch.number));
                curve.y.push_back(epoch.loss);
            }
            const Epoch& end = log.epochs.back();
            table.push_back({curve.title, decimals(end.loss, 2), percent(end.accuracy, 1)});
            curves.push_back(std::move(curve));
        }
    report.plot("resnet_degradation.svg",
                {.title = "20 and 56 layers, plain and with skips",
                 .x_label = "epoch",
                 .y_label = "training loss",
                 .series = curves},
                "The training loss of 20 and of 56 layers, epoch by epoch: without skips the deeper network "
                "stays far behind on the very pictures it learns from.");
    report.table(table, "resnet_degradation");
    report.number("resnetDegradationSettings", settings);
}

}  // namespace cnn
