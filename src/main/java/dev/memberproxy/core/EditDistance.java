package dev.memberproxy.core;

import java.util.List;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;

/** How much must be changed to turn one sequence into another (Levenshtein). */
public final class EditDistance {

	private EditDistance() {
	}

	/**
	 * The distance of two texts.
	 * @param one a text
	 * @param other a text
	 * @return how many letters must be added, removed or replaced
	 */
	public static int of(String one, String other) {
		return of(letters(one), letters(other), 1, (letter, second) -> letter.equals(second) ? 0 : 1);
	}

	/**
	 * The distance of two sequences.
	 * @param <T> what they consist of
	 * @param one a sequence
	 * @param other a sequence
	 * @param gap what it costs to add or to remove an element
	 * @param replacement what it costs to replace an element by another one
	 * @return the lowest cost that turns one into the other
	 */
	public static <T> int of(List<T> one, List<T> other, int gap, ToIntBiFunction<T, T> replacement) {
		int[] above = IntStream.rangeClosed(0, other.size()).map((i) -> i * gap).toArray();
		for (T element : one) {
			int[] row = new int[above.length];
			row[0] = above[0] + gap;
			for (int i = 1; i < row.length; i++) {
				row[i] = Math.min(above[i - 1] + replacement.applyAsInt(element, other.get(i - 1)),
						Math.min(above[i], row[i - 1]) + gap);
			}
			above = row;
		}
		return above[above.length - 1];
	}

	private static List<Character> letters(String text) {
		return text.chars().mapToObj((letter) -> (char) letter).toList();
	}

}
