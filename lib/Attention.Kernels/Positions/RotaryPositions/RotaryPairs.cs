namespace Attention.Kernels;

/// <summary>Which two features of a row turn together. A model is trained with one of the two, and must be run with the same.</summary>
public enum RotaryPairs
{
    /// <summary>Feature i with feature i + R/2: GPT-NeoX, Llama as published on Hugging Face, Qwen.</summary>
    Halves,

    /// <summary>Feature 2i with feature 2i + 1, as Su et al. 2021 write it: GPT-J, Llama as Meta published it.</summary>
    Neighbours,
}
