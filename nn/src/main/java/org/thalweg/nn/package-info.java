/// Layers, losses and initialisers: models made of named parameters.
@NullMarked
package org.thalweg.nn;

import org.jspecify.annotations.NullMarked;
