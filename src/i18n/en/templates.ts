import type { TemplateTexts } from "../template-text.ts";

export const templates: TemplateTexts = {
  perceptron: {
    title: "Perceptron",
    summary: "One linear unit and Rosenblatt's rule: learns AND and OR, and cannot learn XOR.",
  },
  "mlp-xor": { title: "MLP on XOR", summary: "A hidden layer solves what one unit cannot." },
  "iris-softmax": {
    title: "Softmax regression on iris",
    summary: "Three species from four measurements, with one linear layer.",
  },
  lenet: { title: "LeNet on MNIST", summary: "Convolutions and pooling read handwritten digits." },
  "resnet-small": {
    title: "Small ResNet on MNIST",
    summary: "Residual blocks with batch normalisation and global average pooling.",
  },
};
