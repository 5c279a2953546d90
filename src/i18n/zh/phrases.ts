/**
 * Issues carry what was expected in a neutral notation (`integer >= 1`, `float32`, `[N, C]`). The words that occur in
 * it are put into Chinese here; whatever is no such word stays as it is.
 */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\bone-hot of something else than a class index\b/g, "对类别序号以外的字段使用独热（one-hot）"],
  [/\b(\d+) elements, as in /g, "$1 个元素，与下面的形状相同："],
  [/\b(\d+) or (\d+) numbers\b/g, "$1 个或 $2 个数"],
  [/\btrain \+ validation \+ test\b/g, "train + validation + test 之和"],
  [/\ba class index, /g, "类别序号，"],
  [/\ba field with classes\b/g, "有类别的字段"],
  [/\ba float32 field\b/g, "float32 字段"],
  [/\bno such field\b/g, "没有这个字段"],
  [/\bpictures are float32\b/g, "图片只能是 float32"],
  [/\bone-hot rows are float32\b/g, "独热编码只能是 float32"],
  [/\bdimensions\b/g, "各维"],
  [/\bno such folder\b/g, "没有这个文件夹"],
  [/\bno run\.json\b/g, "其中没有 run.json"],
  [/\bnot JSON\b/g, "不是 JSON"],
  [/\bno document\b/g, "没有文档"],
  [/\bcolumns\b/g, "列"],
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
