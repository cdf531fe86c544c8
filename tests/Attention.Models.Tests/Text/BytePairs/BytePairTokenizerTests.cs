namespace Attention.Models.Tests.Text.BytePairs;

public sealed class BytePairTokenizerTests
{
    private const string End = "<|endoftext|>";

    private static readonly string[] Texts =
    [
        "The cat sat on the mat. The cat that sat there isn't the cat that ran.", "Attention is all you need: attention, attentive, attending.", "猫坐在垫子上。猫在睡觉。猫，猫猫。", "naïve café, cafe\u0301", "aaaa aaaaaaa aa 1111 11",
    ];

    private static readonly BytePairTokenizer Trained = BytePairTokenizer.Train(Texts, 280, specials: [End]);

    [Fact]
    public void Decode_OfWhatWasEncoded_IsTheSameText()
    {
        foreach (string text in HostileText.Each().Concat(Enumerable.Range(0, 1000).Select(seed => HostileText.Random(seed))))
        {
            Assert.Equal(text, Trained.Decode(Trained.Encode(text)));
            Assert.Equal(text, Trained.Decode(Trained.EncodeWithSpecials(text)));
        }
    }

    [Fact]
    public void Decode_OfHalfASurrogatePair_IsTheReplacementCharacter() => Assert.Equal("a\uFFFDb\uFFFD", Trained.Decode(Trained.Encode("a\ud83db\udc69")));

    [Fact]
    public void Encode_WithAnyMerges_IsWhatThePlainAlgorithmSays()
    {
        string[] letters = ["a", "b", "c"];
        for (int seed = 0; seed < 300; seed++)
        {
            // Merges in any order, even before what they need, tell whether every occurrence goes before the next rank.
            var random = new Random(seed);
            List<string> pieces = [.. letters];
            List<string> merges = [];
            for (int i = 0; i < 12; i++)
            {
                string left = pieces[random.Next(pieces.Count)], right = pieces[random.Next(pieces.Count)];
                merges.Insert(random.Next(merges.Count + 1), $"{left} {right}");
                pieces.Add(left + right);
            }

            merges = [.. merges.Distinct()];
            using var files = VocabularyFiles.Of(merges);
            BytePairTokenizer tokenizer = files.Load();
            for (int i = 0; i < 10; i++)
            {
                string word = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => letters[random.Next(3)]));

                Assert.True(NaiveBytePairs.Merge(word, merges).SequenceEqual(tokenizer.Encode(word).Select(tokenizer.Spelling)), $"seed {seed}, word {word}");
            }
        }
    }

    [Fact]
    public void Train_OnTexts_FindsTheMergesThatCountingAnewFinds()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            string[] texts = [.. Texts, .. Enumerable.Range(0, 10).Select(_ => string.Concat(Enumerable.Range(0, 60).Select(_ => "aab c"[random.Next(5)])))];
            int minimumCount = random.Next(1, 4), merges = 20 + random.Next(120);
            using var files = VocabularyFiles.Of("", "");

            BytePairTokenizer.Train(texts, 256 + merges, minimumCount).Save(files.Vocabulary, files.Merges);

            Assert.True(NaiveBytePairs.Train(texts, merges, minimumCount).SequenceEqual(File.ReadLines(files.Merges).Skip(1)), $"seed {seed}");
        }
    }

    [Fact]
    public void Train_OnTextsInAnotherOrder_GivesTheSameIds()
    {
        var other = BytePairTokenizer.Train(Texts.Reverse(), 280, specials: [End]);

        Assert.Equal(280, Trained.Count);
        Assert.Equal(Enumerable.Range(0, 280).Select(Trained.Spelling), Enumerable.Range(0, 280).Select(other.Spelling));
        Assert.Equal(("!", "Ġ", "Ċ", End), (Trained.Spelling(0), Trained.Spelling(220), Trained.Spelling(198), Trained.Spelling(279)));
    }

    [Fact]
    public void Train_OnLittleText_StopsWhenNoPairIsFrequent()
    {
        var tokenizer = BytePairTokenizer.Train(["ab ab"], 1000);

        Assert.Equal(257, tokenizer.Count);
        Assert.Equal(["ab", "Ġ", "ab"], tokenizer.Encode("ab ab").Select(tokenizer.Spelling));
        Assert.Equal(256, BytePairTokenizer.Train([], 256).Count);
    }

    [Fact]
    public void Train_WithBadArguments_Refuses()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => BytePairTokenizer.Train([], 256, specials: [End]));
        Assert.Throws<ArgumentOutOfRangeException>(() => BytePairTokenizer.Train([], 300, minimumCount: 0));
        Assert.StartsWith("specials: \"a\" is there twice, or the letter of a byte", Assert.Throws<ArgumentException>(() => BytePairTokenizer.Train([], 300, specials: ["a"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OfASpecialTokensName_IsTextUnlessAskedFor()
    {
        int end = Trained.Specials[End];

        Assert.DoesNotContain(end, Trained.Encode($"a{End}b"));
        Assert.Equal([.. Trained.Encode("a"), end, end, .. Trained.Encode("b")], Trained.EncodeWithSpecials($"a{End}{End}b"));
        Assert.Equal($"a{End}b", Trained.Decode([.. Trained.Encode("a"), end, .. Trained.Encode("b")]));
    }

    [Fact]
    public void EncodeWithSpecials_WhereOneStartsAnother_TakesTheLonger()
    {
        var tokenizer = BytePairTokenizer.Train([], 259, specials: ["<s>", "<s>>", "猫"]);

        Assert.Equal([257, 256, 64, 258], tokenizer.EncodeWithSpecials("<s>><s>a猫"));
    }

    [Fact]
    public void Tokens_OfText_StandWhereTheirBytesDo()
    {
        var bytes = BytePairTokenizer.Train([], 256);

        Assert.Equal([new Token("a", 0, 1), new Token("Ġ", 1, 2), new Token("ç", 2, 3), new Token("Į", 2, 3), new Token("«", 2, 3), new Token("b", 3, 4)], bytes.Tokens("a 猫b"));
        Assert.Equal([new Token("ð", 0, 2), new Token("Ł", 0, 2), new Token("ĳ", 0, 2), new Token("į", 0, 2)], bytes.Tokens("👍").Select(token => token));
        Assert.Equal(["Ġcat", " cat"], [Trained.Tokens("The cat")[1].Text, "The cat"[Trained.Tokens("The cat")[1].Start..Trained.Tokens("The cat")[1].End]]);
    }

    [Fact]
    public void Tokens_OfAnyText_AreItsIdsAndCoverIt()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            string text = HostileText.Random(seed, wellFormed: false);
            IReadOnlyList<Token> tokens = Trained.Tokens(text);

            Assert.True(Trained.Encode(text).Select(Trained.Spelling).SequenceEqual(tokens.Select(token => token.Text)), $"seed {seed}");
            int end = 0;
            foreach (Token token in tokens)
            {
                Assert.True(token.Start <= end && token.End >= end && token.End > token.Start, $"seed {seed}: {token}");
                end = token.End;
            }

            Assert.True(end == text.Length, $"seed {seed}");
        }
    }

    [Fact]
    public void DecodeBytes_OfPartsOfACharacter_AreItsBytes()
    {
        var bytes = BytePairTokenizer.Train([], 256);
        int[] cat = bytes.Encode("猫");

        Assert.Equal([0xE7, 0x8C], bytes.DecodeBytes(cat.Take(2)));
        Assert.Equal("\uFFFDa", bytes.Decode([cat[0], cat[1], 64]));
        Assert.StartsWith("id 256 is not among the 256 of this vocabulary, the largest of which is 255", Assert.Throws<ArgumentOutOfRangeException>(() => bytes.Decode([1, 256])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OfAVeryLongWord_TakesNoSquareOfTime()
    {
        string word = new('a', 200_000);
        var tokenizer = BytePairTokenizer.Train([word[..5000]], 270);

        Assert.Equal(word, tokenizer.Decode(tokenizer.Encode(word)));
        Assert.True(tokenizer.Encode(word).Length < 1000);
    }

    [Fact]
    public void Encode_OnManyThreads_IsTheSame()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(seed => HostileText.Random(seed))];
        var tokenizer = BytePairTokenizer.Train(Texts, 280);
        int[][] ids = new int[texts.Length][];

        Parallel.For(0, texts.Length, i => ids[i] = tokenizer.Encode(texts[i]));

        Assert.Equal(texts.Select(Trained.Encode), ids);
    }
}
