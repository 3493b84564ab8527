package dev.memberproxy.core;

import java.util.List;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;

/** The Levenshtein distance of two sequences. */
public final class EditDistance {

	private EditDistance() {
	}

	/** The number of letters to add, remove or replace. */
	public static int of(String one, String other) {
		return of(letters(one), letters(other), 1, (letter, second) -> letter.equals(second) ? 0 : 1);
	}

	/**
	 * The lowest cost to turn one sequence into another.
	 * @param <T> the type of the elements
	 * @param gap the cost of adding or removing an element
	 * @param replacement the cost of replacing an element with another one
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
