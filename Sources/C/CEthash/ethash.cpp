// Compiles the ethash library (fetched by `make setup` into upstream/).
#include "upstream/lib/ethash/ethash.cpp"

#include "include/CEthash.h"

void polai_ethash_dataset(
    const ethash_epoch_context* context, uint32_t first, uint32_t count, uint8_t* output) noexcept
{
    for (uint32_t i = 0; i < count; ++i)
    {
        const ethash_hash1024 item = ethash::calculate_dataset_item_1024(*context, first + i);
        std::memcpy(output + static_cast<size_t>(i) * sizeof(item), &item, sizeof(item));
    }
}

ethash_result polai_ethash_hash_with(const ethash_epoch_context* context, const uint8_t* dataset,
    const ethash_hash256* header_hash, uint64_t nonce) noexcept
{
    using namespace ethash;
    const epoch_context_full full{context->epoch_number, context->light_cache_num_items, context->light_cache,
        context->full_dataset_num_items, reinterpret_cast<hash1024*>(const_cast<uint8_t*>(dataset))};
    static const auto lookup = [](const epoch_context& ctx, uint32_t index) noexcept {
        const hash1024& item = static_cast<const epoch_context_full&>(ctx).full_dataset[index];
        // What is not there yet is worked out; several threads read, none writes.
        return item.word64s[0] == 0 ? calculate_dataset_item_1024(ctx, index) : item;
    };
    const hash512 seed = hash_seed(*header_hash, nonce);
    const hash256 mix_hash = hash_kernel(full, seed, lookup);
    return {hash_final(seed, mix_hash), mix_hash};
}
