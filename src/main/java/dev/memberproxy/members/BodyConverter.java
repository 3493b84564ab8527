package dev.memberproxy.members;

import java.util.List;
import java.util.function.Function;

import dev.memberproxy.core.ByteLimit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;

/**
 * Reads the bodies of one kind of request, of at most 64 KiB.
 *
 * @param <T> the kind of request
 */
final class BodyConverter<T> implements HttpMessageConverter<T> {

	private static final ByteLimit LIMIT = new ByteLimit(64 * 1024);

	private final Class<T> type;

	private final List<MediaType> mediaTypes;

	private final Function<JsonNode, T> reader;

	private final StrictJson json = new StrictJson();

	/**
	 * @param type the kind of request
	 * @param mediaTypes the media types of such requests
	 * @param reader makes the request out of a JSON object
	 */
	BodyConverter(Class<T> type, List<MediaType> mediaTypes, Function<JsonNode, T> reader) {
		this.type = type;
		this.mediaTypes = List.copyOf(mediaTypes);
		this.reader = reader;
	}

	@Override
	public boolean canRead(Class<?> wanted, @Nullable MediaType mediaType) {
		return wanted == this.type;
	}

	@Override
	public boolean canWrite(Class<?> wanted, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return this.mediaTypes;
	}

	@Override
	public T read(Class<? extends T> wanted, HttpInputMessage message) {
		return this.reader.apply(this.json.readObject(message, LIMIT));
	}

	@Override
	public void write(T request, @Nullable MediaType mediaType, HttpOutputMessage message) {
		throw new UnsupportedOperationException("Requests are only read");
	}

}
