package io.alluvium.perf;

import java.util.Arrays;

/// The quantities in an array and nothing else: what a loop over memory costs on this machine.
final class BareArray extends Peer {

    private int[] quantities = {};

    @Override
    void insert(int from, int to) {
        quantities = Arrays.copyOf(quantities, to);
        for (int i = from; i < to; i++) {
            quantities[i] = Orders.quantity(i);
        }
    }

    @Override
    long sumQuantity() {
        long sum = 0;
        for (int quantity : quantities) {
            sum += quantity;
        }
        return sum;
    }
}
