import type { CategoryTexts, InitializerTexts, LayerText, LayerTexts, ParamText } from "../layer-text.ts";

export const categories: CategoryTexts = {
  input: "输入",
  linear: "线性",
  convolution: "卷积",
  pooling: "池化",
  normalization: "归一化",
  activation: "激活函数",
  regularization: "正则化",
  shape: "形状",
  merge: "合并与拆分",
  reduction: "归约",
};

export const initializers: InitializerTexts = {
  zeros: "全 0",
  ones: "全 1",
  constant: "常数",
  uniform: "均匀分布",
  normal: "正态分布",
  "xavier-uniform": "Xavier（Glorot）均匀分布",
  "xavier-normal": "Xavier（Glorot）正态分布",
  "he-uniform": "He（Kaiming）均匀分布",
  "he-normal": "He（Kaiming）正态分布",
  "lecun-uniform": "LeCun 均匀分布",
  "lecun-normal": "LeCun 正态分布",
  orthogonal: "正交",
  "fan-in-uniform": "按扇入均匀分布（PyTorch 默认）",
};

const axis: ParamText = { label: "轴", help: "从 0（批量）数起；负数从末尾数起。" };
const axes: ParamText = { label: "轴", help: "从 0（批量）数起；负数从末尾数起。" };
const keepDims: ParamText = { label: "保留轴", help: "被归约的轴以大小 1 保留。" };
const epsilon: ParamText = { label: "ε", help: "加在方差上，避免除以零。" };
const affine: ParamText = { label: "可训练的缩放与平移", help: "归一化之后再乘以并加上可训练的参数。" };
const bias: ParamText = { label: "偏置", help: "给每个输出加上可训练的偏移。" };
const weightInit: ParamText = { label: "权重初始化", help: "权重初始值的取法。" };
const biasInit: ParamText = { label: "偏置初始化", help: "偏置初始值的取法。" };
const alpha: ParamText = { label: "α", help: "0 以下曲线的幅度。" };
const trailing: ParamText = { label: "末尾轴数", help: "最后多少个轴共用一组统计量。" };
const oneOrEach = "一个数用于所有轴，或每个轴一个数。";

const padding: { readonly padding: ParamText; readonly pads: ParamText } = {
  padding: {
    label: "填充",
    help: "在输入四周补零：不补、补到步幅为 1 时大小不变，或自行指定。",
    options: { valid: "无（valid）", same: "大小不变（same）", explicit: "指定" },
  },
  pads: { label: "填充量", help: "每个轴两侧各补多少个元素。" },
};

const convolution: LayerText["params"] = {
  filters: { label: "卷积核个数", help: "输出通道数。" },
  kernel: { label: "卷积核大小", help: "窗口沿各轴的大小。" },
  stride: { label: "步幅", help: "窗口每次移动的距离；2 使大小减半。" },
  ...padding,
  dilation: { label: "膨胀率", help: "窗口内相邻采样点的间距；1 表示没有空洞。" },
  groups: { label: "分组数", help: "把通道分成互不相通的组；等于通道数时即深度卷积。" },
  bias,
  weightInit,
  biasInit,
};

const transposed: LayerText["params"] = {
  ...convolution,
  stride: { label: "步幅", help: "大小放大的倍数。" },
  padding: {
    label: "填充",
    help: "从输出边缘裁去：不裁、裁到输入大小的步幅倍，或自行指定。",
    options: { valid: "无（valid）", same: "输入大小 × 步幅（same）", explicit: "指定" },
  },
  outputPadding: { label: "输出填充", help: "每个轴末尾额外的元素，须小于步幅。" },
};

const pool: LayerText["params"] = {
  kernel: { label: "窗口大小" },
  stride: { label: "步幅", help: "窗口每次移动的距离；0 表示等于窗口大小。" },
  ...padding,
  ceilMode: { label: "大小向上取整", help: "最后一个窗口可以超出末尾。" },
};
const maxPool: LayerText["params"] = {
  ...pool,
  dilation: { label: "膨胀率", help: "窗口内相邻采样点的间距；1 表示没有空洞。" },
};
const averagePool: LayerText["params"] = {
  ...pool,
  countIncludePad: { label: "计入填充", help: "求平均时把补的零也算作元素。" },
};
const rate: ParamText = { label: "丢弃率", help: "被置零的概率；留下的乘以 1/(1 - 丢弃率)。" };
const channelNorm: LayerText["params"] = { epsilon, affine };

export const layers: LayerTexts = {
  input: {
    name: "输入",
    summary: "数据一批一批地从这里进入网络。",
    params: {
      shape: { label: "单个样本的形状", help: "不含批量轴。字母（如 T）表示可变的大小。" },
      dtype: {
        label: "元素类型",
        help: "一般的数，或词、类别等的整数编号。",
        options: { float32: "数值（float32）", int64: "编号（int64）" },
      },
    },
    aliases: ["数据", "占位", "数据源"],
  },
  dense: {
    name: "全连接",
    summary: "每个输出都是全部输入的加权和，是多层感知机的基本层。",
    params: { units: { label: "单元数", help: "输出的个数。" }, bias, weightInit, biasInit },
    aliases: ["线性层", "稠密层", "仿射层", "感知机"],
  },
  matmul: {
    name: "矩阵乘法",
    summary: "把两个张量按最后两个轴作矩阵相乘，例如注意力中的查询与键。",
    params: { transposeB: { label: "转置 B", help: "先交换第二个输入的最后两个轴。" } },
    aliases: ["矩阵积", "点积", "批量矩阵乘法"],
  },
  embedding: {
    name: "嵌入",
    summary: "为每个编号查出一个可训练的向量，是处理词、商品等类别数据的第一层。",
    params: {
      vocabulary: { label: "词表大小", help: "不同编号的个数；编号从 0 起。" },
      dimensions: { label: "向量维数", help: "每个编号对应的向量长度。" },
      padding: { label: "使用填充编号", help: "其中一个编号表示填充：输出零，且不参与训练。" },
      paddingIndex: { label: "填充编号" },
      weightInit,
    },
    aliases: ["词嵌入", "词向量", "查表", "嵌入层"],
  },
  "positional-encoding": {
    name: "位置编码",
    summary: "给序列的每个位置加上一个向量，使注意力能分辨先后次序。",
    params: {
      kind: {
        label: "方式",
        help: "由多种波长的正弦波固定给出，或由训练得到。",
        options: { sinusoidal: "正弦（固定）", learned: "可训练" },
      },
      maxLength: { label: "最大序列长度" },
      weightInit,
    },
    aliases: ["位置嵌入", "正弦位置编码"],
  },
  conv1d: {
    name: "一维卷积",
    summary: "让可训练的滤波器沿信号或序列滑动，用于声音、传感器数据和文本。",
    params: convolution,
    aliases: ["卷积", "时间卷积", "卷积层", "滤波器"],
  },
  conv2d: {
    name: "二维卷积",
    summary: "让可训练的滤波器在图像上滑动，是图像网络的基本层。",
    params: convolution,
    aliases: ["卷积", "卷积层", "卷积核", "滤波器", "深度卷积", "逐点卷积"],
  },
  conv3d: {
    name: "三维卷积",
    summary: "让可训练的滤波器在体数据中滑动，用于视频和医学影像。",
    params: convolution,
    aliases: ["卷积", "体数据", "视频"],
  },
  "conv-transpose1d": {
    name: "一维转置卷积",
    summary: "用可训练的滤波器放大信号，相当于反向的卷积，用于生成声音。",
    params: transposed,
    aliases: ["反卷积", "上采样卷积"],
  },
  "conv-transpose2d": {
    name: "二维转置卷积",
    summary: "用可训练的滤波器放大图像，相当于反向的卷积，用于解码器、图像分割和生成对抗网络。",
    params: transposed,
    aliases: ["反卷积", "上采样卷积", "分数步幅卷积"],
  },
  "conv-transpose3d": {
    name: "三维转置卷积",
    summary: "用可训练的滤波器放大体数据，相当于反向的卷积。",
    params: transposed,
    aliases: ["反卷积", "上采样卷积"],
  },
  "max-pool1d": {
    name: "一维最大池化",
    summary: "取信号每个窗口中的最大值，使其变短。",
    params: maxPool,
    aliases: ["最大汇聚", "下采样", "池化"],
  },
  "max-pool2d": {
    name: "二维最大池化",
    summary: "取图像每个窗口中的最大值，使其变小，并对微小平移不敏感。",
    params: maxPool,
    aliases: ["最大汇聚", "下采样", "池化"],
  },
  "max-pool3d": {
    name: "三维最大池化",
    summary: "取体数据每个窗口中的最大值。",
    params: maxPool,
    aliases: ["最大汇聚", "下采样", "池化"],
  },
  "average-pool1d": {
    name: "一维平均池化",
    summary: "取信号每个窗口的平均值，使其更短、更平滑。",
    params: averagePool,
    aliases: ["均值池化", "平均汇聚", "下采样"],
  },
  "average-pool2d": {
    name: "二维平均池化",
    summary: "取图像每个窗口的平均值，使其更小、更平滑。",
    params: averagePool,
    aliases: ["均值池化", "平均汇聚", "下采样"],
  },
  "average-pool3d": {
    name: "三维平均池化",
    summary: "取体数据每个窗口的平均值。",
    params: averagePool,
    aliases: ["均值池化", "平均汇聚", "下采样"],
  },
  "global-average-pool": {
    name: "全局平均池化",
    summary: "每个通道得到一个数：它的平均值。把卷积部分与分类器相接，图像大小不限。",
    params: { keepDims },
    aliases: ["全局均值池化", "全局平均汇聚"],
  },
  "global-max-pool": {
    name: "全局最大池化",
    summary: "每个通道得到一个数：它的最大值，表示某个特征是否出现过。",
    params: { keepDims },
    aliases: ["全局最大汇聚"],
  },
  "adaptive-average-pool": {
    name: "自适应平均池化",
    summary: "不论输入多大，都平均到指定的大小。",
    params: { size: { label: "输出大小", help: oneOrEach } },
    aliases: ["自适应池化", "自适应平均汇聚"],
  },
  "batch-norm": {
    name: "批归一化",
    summary: "按批量把每个通道化为均值 0、方差 1，训练更快，可用更大的学习率；批量不宜太小。",
    params: {
      momentum: { label: "动量", help: "新一批在滑动统计量中所占的比例（与 PyTorch 相同）。" },
      epsilon,
      affine,
    },
    aliases: ["批量归一化", "批标准化", "批规范化"],
  },
  "layer-norm": {
    name: "层归一化",
    summary: "把每个样本的特征化为均值 0、方差 1。常用于 Transformer，与批量大小无关。",
    params: { axes: trailing, epsilon, affine },
    aliases: ["层标准化", "层规范化"],
  },
  "group-norm": {
    name: "组归一化",
    summary: "对每个样本的通道分组归一化，适合批量很小的卷积网络。",
    params: { groups: { label: "分组数", help: "须能整除通道数。" }, ...channelNorm },
    aliases: ["组标准化", "分组归一化"],
  },
  "instance-norm": {
    name: "实例归一化",
    summary: "对每个样本的每个通道归一化，常用于风格迁移和图像生成。",
    params: channelNorm,
    aliases: ["实例标准化", "对比度归一化"],
  },
  "rms-norm": {
    name: "均方根归一化",
    summary: "除以均方根而不减均值，是更省的层归一化。",
    params: {
      axes: trailing,
      epsilon: { ...epsilon, help: "加在均方值上，避免除以零。" },
      affine: { label: "可训练的缩放", help: "归一化之后再乘以可训练的参数。" },
    },
    aliases: ["均方根标准化", "RMS 归一化"],
  },
  relu: {
    name: "ReLU",
    summary: "保留正数，其余置 0，是隐藏层之后的首选。",
    params: {},
    aliases: ["修正线性单元", "线性整流函数"],
  },
  "leaky-relu": {
    name: "Leaky ReLU",
    summary: "在 0 以下也让少许通过的 ReLU，避免单元失活。常用于生成对抗网络的判别器。",
    params: { slope: { label: "0 以下的斜率" } },
    aliases: ["带泄漏的修正线性单元", "渗漏整流"],
  },
  prelu: {
    name: "PReLU",
    summary: "0 以下的斜率由训练得到的 ReLU。",
    params: {
      slopes: { label: "斜率", options: { shared: "共用一个", "per-channel": "每个通道一个" } },
      start: { label: "初始斜率" },
    },
    aliases: ["参数化修正线性单元"],
  },
  elu: {
    name: "ELU",
    summary: "类似 ReLU，但在 0 以下平滑地趋于下限，使均值接近 0。",
    params: { alpha },
    aliases: ["指数线性单元"],
  },
  selu: {
    name: "SELU",
    summary: "带缩放的 ELU，配合 LeCun 正态初始化，使深层全连接网络保持均值 0、方差 1。",
    params: {},
    aliases: ["自归一化", "缩放指数线性单元"],
  },
  celu: {
    name: "CELU",
    summary: "对任意 α 斜率都连续的 ELU。",
    params: { alpha },
    aliases: ["连续可微指数线性单元"],
  },
  gelu: {
    name: "GELU",
    summary: "以正态分布加权的平滑 ReLU，常用于 Transformer。",
    params: { approximate: { label: "公式", options: { none: "精确（erf）", tanh: "近似（tanh）" } } },
    aliases: ["高斯误差线性单元"],
  },
  silu: {
    name: "SiLU（Swish）",
    summary: "x 乘以自身的 sigmoid：平滑的 ReLU，在 0 以下略有下凹。",
    params: {},
    aliases: ["Sigmoid 线性单元", "自门控"],
  },
  mish: { name: "Mish", summary: "与 SiLU 相近的平滑 ReLU，在 0 以下略深。", params: {}, aliases: ["平滑激活"] },
  softplus: {
    name: "Softplus",
    summary: "恒为正的平滑 ReLU，用于方差之类的输出。",
    params: { beta: { label: "β", help: "越大越接近 ReLU。" } },
    aliases: ["平滑 ReLU", "软加"],
  },
  softsign: { name: "Softsign", summary: "类似 tanh，但更缓慢地趋于 -1 和 1。", params: {}, aliases: ["软符号函数"] },
  sigmoid: {
    name: "Sigmoid",
    summary: "把数值压到 0 到 1 之间，用于门控；接收 logits 的损失之前不需要它。",
    params: {},
    aliases: ["逻辑函数", "S 形函数"],
  },
  tanh: { name: "Tanh", summary: "把数值压到 -1 到 1 之间，均值为 0。", params: {}, aliases: ["双曲正切"] },
  "hard-sigmoid": {
    name: "Hard Sigmoid",
    summary: "由直线段构成的 sigmoid，适合小型设备。",
    params: {},
    aliases: ["硬 Sigmoid", "分段线性 Sigmoid"],
  },
  "hard-swish": {
    name: "Hard Swish",
    summary: "由直线和抛物线构成的 SiLU，适合小型设备（MobileNetV3）。",
    params: {},
    aliases: ["硬 Swish"],
  },
  relu6: { name: "ReLU6", summary: "在 6 处截断的 ReLU，适合低精度设备。", params: {}, aliases: ["截断整流"] },
  "hard-tanh": {
    name: "Hard Tanh",
    summary: "把数值在两端截断。",
    params: { low: { label: "下限" }, high: { label: "上限" } },
    aliases: ["截断", "硬双曲正切"],
  },
  "log-sigmoid": {
    name: "Log-Sigmoid",
    summary: "sigmoid 的对数，不会溢出，用于由概率构成的损失。",
    params: {},
    aliases: ["对数 Sigmoid"],
  },
  tanhshrink: { name: "Tanhshrink", summary: "x 减去 tanh(x)：小的数变得更小。", params: {}, aliases: ["收缩函数"] },
  threshold: {
    name: "阈值",
    summary: "保留大于阈值的数，其余换成常数。",
    params: { threshold: { label: "阈值" }, value: { label: "替换值" } },
    aliases: ["门限", "截断"],
  },
  softmax: {
    name: "Softmax",
    summary: "把得分化为总和为 1 的概率，用于注意力和显示结果；接收 logits 的损失之前不需要它。",
    params: { axis },
    aliases: ["归一化指数函数", "柔性最大值", "概率"],
  },
  "log-softmax": {
    name: "Log-Softmax",
    summary: "softmax 的对数，不会溢出，与负对数似然损失搭配使用。",
    params: { axis },
    aliases: ["对数 Softmax"],
  },
  exp: { name: "指数", summary: "e 的 x 次方。", params: {}, aliases: ["指数函数"] },
  abs: { name: "绝对值", summary: "去掉 x 的符号。", params: {}, aliases: ["模", "幅值"] },
  square: { name: "平方", summary: "x 乘以 x。", params: {}, aliases: ["二次方"] },
  sqrt: { name: "平方根", summary: "x 的平方根；小于 0 时不是数。", params: {}, aliases: ["开方"] },
  log: { name: "对数", summary: "x 的自然对数；小于 0 时不是数。", params: {}, aliases: ["自然对数"] },
  scale: {
    name: "缩放",
    summary: "乘以一个固定的数再加上另一个，例如把像素化到 0 到 1，或给得分设定温度。",
    params: { factor: { label: "倍数" }, offset: { label: "偏移" } },
    aliases: ["比例", "温度", "线性变换"],
  },
  dropout: {
    name: "丢弃（Dropout）",
    summary: "训练时随机把一些元素置 0，使网络不依赖个别元素；推理时不起作用。",
    params: { rate },
    aliases: ["暂退法", "随机失活", "丢弃法"],
  },
  "spatial-dropout": {
    name: "空间丢弃",
    summary: "训练时丢弃整个通道，适合相邻元素相似的卷积特征。",
    params: { rate },
    aliases: ["通道丢弃", "空间暂退法"],
  },
  "gaussian-noise": {
    name: "高斯噪声",
    summary: "训练时加上正态噪声，防止过拟合；推理时不起作用。",
    params: { deviation: { label: "标准差" } },
    aliases: ["噪声", "扰动"],
  },
  flatten: {
    name: "展平",
    summary: "把一个样本的全部特征排成一行，位于卷积与全连接层之间。",
    params: { startAxis: { label: "起始轴", help: "该轴及其后的轴合为一个。" } },
    aliases: ["拉平", "向量化"],
  },
  reshape: {
    name: "变形",
    summary: "在元素个数不变的情况下改变样本的形状。",
    params: { target: { label: "单个样本的形状", help: "不含批量轴；其中一个可写 -1，表示其余部分。" } },
    aliases: ["重塑", "改变形状"],
  },
  transpose: {
    name: "转置",
    summary: "改变轴的次序，例如把通道从最后移到最前。",
    params: { permutation: { label: "轴的次序", help: "批量轴（轴 0）始终在最前。" } },
    aliases: ["维度重排", "交换轴"],
  },
  slice: {
    name: "切片",
    summary: "取某个轴的一部分：裁剪、隔一个取一个，或倒序。",
    params: {
      axis,
      start: { label: "起点", help: "第一个元素；负数从末尾数起。" },
      toEnd: { label: "直到末尾" },
      end: { label: "终点", help: "最后一个元素之后的位置；负数从末尾数起。" },
      step: { label: "步长", help: "负数表示倒序。" },
    },
    aliases: ["裁剪", "截取", "翻转"],
  },
  pad: {
    name: "填充",
    summary: "在最后几个轴的四周补上元素。",
    params: {
      before: { label: "之前", help: "最后几个轴每个轴之前补的个数。" },
      after: { label: "之后", help: "最后几个轴每个轴之后补的个数。" },
      mode: { label: "填充内容", options: { constant: "常数", reflect: "镜像", edge: "边缘值" } },
      value: { label: "数值" },
    },
    aliases: ["补零", "镜像填充", "边缘填充"],
  },
  upsample: {
    name: "上采样",
    summary: "把信号、图像或体数据放大整数倍，没有权重。",
    params: {
      scale: { label: "倍数", help: oneOrEach },
      mode: {
        label: "插值",
        options: { nearest: "最近邻", linear: "线性（双线性）", cubic: "三次（仅图像）" },
      },
    },
    aliases: ["插值", "放大", "双线性插值"],
  },
  squeeze: { name: "压缩轴", summary: "去掉一个大小为 1 的轴。", params: { axis }, aliases: ["降维", "去掉轴"] },
  unsqueeze: {
    name: "增加轴",
    summary: "加入一个大小为 1 的轴，例如灰度图的通道轴。",
    params: { axis: { label: "轴", help: "新轴在结果中的位置。" } },
    aliases: ["升维", "扩展维度"],
  },
  identity: {
    name: "恒等",
    summary: "原样传递输入，可作为观察点或汇合连线之处。",
    params: {},
    aliases: ["直通", "恒等映射"],
  },
  add: {
    name: "相加",
    summary: "逐元素相加，用来闭合残差连接。",
    params: {},
    aliases: ["求和", "残差", "跳跃连接", "加法"],
  },
  multiply: { name: "相乘", summary: "逐元素相乘，例如门控。", params: {}, aliases: ["门控", "逐元素积", "乘法"] },
  subtract: { name: "相减", summary: "逐元素计算 a 减 b。", params: {}, aliases: ["差", "减法"] },
  divide: { name: "相除", summary: "逐元素计算 a 除以 b。", params: {}, aliases: ["商", "除法"] },
  concat: {
    name: "拼接",
    summary: "沿某个轴把张量接在一起，例如 U-Net 拼接编码器的特征图。",
    params: { axis },
    aliases: ["连接", "合并", "跳跃连接"],
  },
  split: {
    name: "拆分",
    summary: "沿某个轴把张量切成几份，每份一个输出。",
    params: {
      axis,
      by: { label: "切分方式", options: { parts: "等分", sizes: "指定大小" } },
      parts: { label: "份数" },
      sizes: { label: "各份大小" },
    },
    aliases: ["切分", "分割"],
  },
  "reduce-mean": {
    name: "求平均",
    summary: "沿若干轴求平均值。",
    params: { axes, keepDims },
    aliases: ["均值", "平均"],
  },
  "reduce-sum": { name: "求和", summary: "沿若干轴求和。", params: { axes, keepDims }, aliases: ["总和", "加总"] },
  "reduce-max": { name: "求最大值", summary: "沿若干轴求最大值。", params: { axes, keepDims }, aliases: ["最大值"] },
};
