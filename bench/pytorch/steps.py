"""The networks of bench/nets.ts as eager PyTorch training steps.

Reads one JSON request a line from stdin and answers each with one line on stdout:
    {"net": "lenet", "ms": 100, "clock": "wall"}  ->  {"ms": [2.9, 3.0, ...]}
that is, the milliseconds of each step for about 100 ms; the clock "cpu" gives processor time.
The first line it writes is {"torch": "<version>"}. Usage: steps.py <threads>
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def mlp():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 120), nn.ReLU(),
        nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, 10),
    )  # fmt: skip


def normed(channels, filters, kernel, stride):
    conv = nn.Conv2d(channels, filters, kernel, stride, (kernel - 1) // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(filters))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = normed(1, 16, 3, 1)
        self.a1, self.a2 = normed(16, 16, 3, 1), normed(16, 16, 3, 1)
        self.b1, self.b2 = normed(16, 32, 3, 2), normed(32, 32, 3, 1)
        self.skip = normed(16, 32, 1, 2)
        self.logits = nn.Linear(32, 10)

    def forward(self, x):
        x = F.relu(self.stem(x))
        x = F.relu(self.a2(F.relu(self.a1(x))) + x)
        x = F.relu(self.b2(F.relu(self.b1(x))) + self.skip(x))
        return self.logits(x.mean((2, 3)))


def sgd(rate):
    return lambda parameters: torch.optim.SGD(parameters, lr=rate)


def adam(rate):
    return lambda parameters: torch.optim.Adam(parameters, lr=rate)


# Model, optimizer, batch, shape of a sample.
NETS = {
    "mlp-sgd": (mlp, sgd(0.1), 64, (784,)),
    "mlp-adam": (mlp, adam(0.001), 64, (784,)),
    "lenet": (lenet, sgd(0.01), 64, (1, 28, 28)),
    "residual": (Residual, sgd(0.01), 32, (1, 28, 28)),
}
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
BATCHES = 4
WARM_UP = 3


class Trainer:
    def __init__(self, name):
        model, optimizer, batch, sample = NETS[name]
        torch.manual_seed(1)
        self.model = model()
        self.optimizer = optimizer(self.model.parameters())
        self.batches = [(torch.rand(batch, *sample), torch.randint(0, 10, (batch,))) for _ in range(BATCHES)]
        self.steps = 0

    def step(self):
        x, y = self.batches[self.steps % BATCHES]
        self.steps += 1
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def burst(self, ms, clock):
        for _ in range(WARM_UP):
            self.step()
        times = []
        end = time.perf_counter() + ms / 1000
        before = clock()
        while len(times) < 3 or time.perf_counter() < end:
            self.step()
            after = clock()
            times.append(1000 * (after - before))
            before = after
        return times


def main():
    torch.set_num_threads(int(sys.argv[1]))
    trainers = {}
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        name = request["net"]
        if name not in trainers:
            trainers[name] = Trainer(name)
        print(json.dumps({"ms": trainers[name].burst(request["ms"], CLOCKS[request["clock"]])}), flush=True)


main()
