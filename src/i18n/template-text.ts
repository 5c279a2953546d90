/** Names of the ready-made documents: the files of `graph-templates/`, without `.json`. */
export const templateNames = ["perceptron", "mlp-xor", "iris-softmax", "lenet", "resnet-small"] as const;
export type TemplateName = (typeof templateNames)[number];

export interface TemplateText {
  readonly title: string;
  /** What it shows, in one sentence. */
  readonly summary: string;
}

export type TemplateTexts = { readonly [N in TemplateName]: TemplateText };
