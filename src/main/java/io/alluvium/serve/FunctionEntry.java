package io.alluvium.serve;

/// A function that SQL may call, as `SHOW FUNCTIONS` lists it.
///
/// @param kind such as `scalar` or `aggregate`
/// @param signature how it is called, such as `round(number, digits)`; empty when there is nothing to say
public record FunctionEntry(String name, String kind, String signature) {}
