/**
 * Issues carry what was expected in a neutral notation (`integer >= 1`, `float32`, `[N, C]`). The words that occur in
 * it are put into Chinese here; whatever is no such word stays as it is.
 */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\bobject\b/g, "对象（object）"],
  [/\barray\b/g, "数组（array）"],
  [/\bstring\b/g, "字符串（string）"],
  [/\bnumber\b/g, "数字（number）"],
  [/\bboolean\b/g, "布尔值（boolean）"],
  [/\bundefined\b|\bnothing\b/g, "空缺"],
  [/\b(?:integer|int)\b/g, "整数"],
  [/\btext\b/g, "文本"],
  [/\binitializer\b/g, "初始化方式"],
  [/\bat least\b/g, "至少"],
  [/\bat most\b/g, "最多"],
  [/\belements\b/g, "个元素"],
  [/\bnumbers\b/g, "个数"],
  [/\bchannels\b/g, "通道数"],
  [/\bfeatures\b/g, "特征数"],
  [/\bfilters\b/g, "卷积核个数"],
];

export const phrase = (text: string): string => phrases.reduce((t, [from, to]) => t.replace(from, to), text);
