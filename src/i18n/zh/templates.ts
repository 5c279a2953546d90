import type { TemplateTexts } from "../template-text.ts";

export const templates: TemplateTexts = {
  perceptron: { title: "感知机", summary: "一个线性单元和罗森布拉特规则：能学会“与”和“或”，学不会“异或”。" },
  "mlp-xor": { title: "多层感知机解异或", summary: "加上一个隐藏层，就能解决单个单元做不到的问题。" },
  "iris-softmax": { title: "鸢尾花的 softmax 回归", summary: "用一个线性层，由四个测量值分辨三个品种。" },
  lenet: { title: "LeNet 识别 MNIST", summary: "用卷积和池化识别手写数字。" },
  "resnet-small": { title: "小型 ResNet 识别 MNIST", summary: "残差块、批归一化和全局平均池化。" },
};
