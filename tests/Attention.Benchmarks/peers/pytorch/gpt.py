"""The GPT that both sides train and let generate: pre-norm layers, learned positions, GELU, an output of its own, no dropout."""
import math

import torch
from torch import nn
from torch.nn import functional as F

LAYERS, WIDTH, HEADS, HIDDEN, VOCABULARY, CONTEXT, BATCH = 4, 256, 4, 1024, 1024, 128, 16
PROMPT, GENERATED = 16, 128


def matmul(query, key, value, mask):
    """The whole square of scores at once; [B, H, N, D]."""
    scores = (query * (1 / math.sqrt(query.shape[-1]))) @ key.transpose(-2, -1)
    return torch.softmax(scores + mask, -1) @ value


def baddbmm(query, key, value, mask):
    """The mask is what the product is added to, which saves two passes over the scores."""
    batch, heads, n, d = query.shape
    flat = (batch * heads, n, d)
    scores = torch.baddbmm(mask, query.reshape(flat), key.reshape(flat).transpose(1, 2), alpha=1 / math.sqrt(d))
    return (torch.softmax(scores, -1) @ value.reshape(flat)).view(batch, heads, n, d)


class Block(nn.Module):
    """The parameters of a layer."""

    def __init__(self):
        super().__init__()
        self.attention_norm, self.feed_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.output = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)


class Gpt(nn.Module):
    """All parameters."""

    def __init__(self, context):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(context, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm, self.logits = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY, bias=False)


def logits_of(model, tokens, attend, mask):
    """The logits after every token of a batch, as training needs them."""
    batch, n = tokens.shape
    x = model.tokens(tokens) + model.positions.weight[:n]
    for block in model.blocks:
        query, key, value = block.qkv(block.attention_norm(x)).view(batch, n, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        x = x + block.output(attend(query, key, value, mask).transpose(1, 2).reshape(batch, n, WIDTH))
        x = x + block.down(F.gelu(block.up(block.feed_norm(x))))
    return model.logits(model.norm(x))


def future(n):
    return torch.full((n, n), -math.inf).triu(1)


def training():
    """One step: loss, gradients, AdamW; on a batch that is there already. Each way trains a model of its own."""
    def way(attend, foreach):
        torch.manual_seed(1)
        model = Gpt(CONTEXT)
        optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, foreach=foreach)
        text, mask = torch.randint(VOCABULARY, (BATCH, CONTEXT + 1)), future(CONTEXT)
        inputs, targets = text[:, :-1].contiguous(), text[:, 1:].reshape(-1)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(logits_of(model, inputs, attend, mask).view(-1, VOCABULARY), targets)
            loss.backward()
            optimizer.step()
            return loss

        return step

    return {f"{attend.__name__}, {'foreach' if foreach else 'loop'}": way(attend, foreach) for attend in (matmul, baddbmm) for foreach in (False, True)}


class Step(nn.Module):
    """The logits after new tokens, whose first stands at start, and whose past is in the caches. TorchScript can compile it."""

    def __init__(self, model):
        super().__init__()
        self.tokens, self.positions, self.norm, self.logits, self.blocks = model.tokens, model.positions, model.norm, model.logits, model.blocks
        self.heads, self.width, self.scale = HEADS, WIDTH, 1 / math.sqrt(WIDTH // HEADS)

    def forward(self, tokens, start: int, keys, values, mask):
        n = tokens.shape[0]
        end = start + n
        x = self.tokens(tokens) + self.positions.weight[start:end]
        for layer, block in enumerate(self.blocks):
            qkv = block.qkv(block.attention_norm(x)).view(n, 3, self.heads, self.width // self.heads).permute(1, 2, 0, 3)
            keys[layer, :, start:end] = qkv[1]
            values[layer, :, start:end] = qkv[2]
            scores = (qkv[0] * self.scale) @ keys[layer, :, :end].transpose(-2, -1)
            if n > 1:
                scores = scores + mask
            context = torch.softmax(scores, -1) @ values[layer, :, :end]
            x = x + block.output(context.transpose(0, 1).reshape(n, self.width))
            x = x + block.down(F.gelu(block.up(block.feed_norm(x))))
        return self.logits(self.norm(x[n - 1:]))


def generation():
    """Greedy generation with a cache, one sequence: GENERATED tokens after a prompt of PROMPT, whose own pass counts too. The table of positions has room for both."""
    torch.manual_seed(1)
    step = Step(Gpt(PROMPT + GENERATED)).eval()
    keys, values = (torch.empty(LAYERS, HEADS, PROMPT + GENERATED, WIDTH // HEADS) for _ in range(2))
    prompt, mask = torch.randint(VOCABULARY, (PROMPT,)), future(PROMPT)

    def way(forward):
        def generate():
            text, start, new = [], 0, prompt
            for _ in range(GENERATED):
                logits = forward(new, start, keys, values, mask)
                start, new = start + new.shape[0], logits.argmax(-1)
                text.append(new)
            return torch.cat(text)

        return generate

    return {"eager": way(step), "scripted": way(torch.jit.freeze(torch.jit.script(step)))}
