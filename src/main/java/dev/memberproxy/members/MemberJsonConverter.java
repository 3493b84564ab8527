package dev.memberproxy.members;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import dev.memberproxy.core.ByteLimit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;

/**
 * Reads the bodies of requests for one member, of at most 64 KiB, and writes rendered
 * responses.
 */
final class MemberJsonConverter implements HttpMessageConverter<Object> {

	private static final ByteLimit LIMIT = new ByteLimit(64 * 1024);

	private static final Map<Class<?>, Function<JsonNode, ?>> READERS = Map.of(CreateRequest.class, CreateRequest::of,
			EnsureRequest.class, EnsureRequest::of, UpdateRoleRequest.class, UpdateRoleRequest::of);

	private static final List<MediaType> MEDIA_TYPES = List.of(MediaType.APPLICATION_JSON,
			MediaType.valueOf(MediaTypes.SCIM_JSON_VALUE), MediaType.valueOf(MediaTypes.MERGE_PATCH_VALUE));

	private final StrictJson json = new StrictJson();

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return READERS.containsKey(type);
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return type == byte[].class;
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return MEDIA_TYPES;
	}

	@Override
	public Object read(Class<?> type, HttpInputMessage message) {
		String text = this.json.readText(message, LIMIT);
		// Some generated clients send null for a body that is left out.
		if (type == EnsureRequest.class && text.strip().equals("null")) {
			return EnsureRequest.EMPTY;
		}
		return Objects.requireNonNull(READERS.get(type)).apply(this.json.parseObject(text));
	}

	@Override
	public void write(Object body, @Nullable MediaType contentType, HttpOutputMessage message) throws IOException {
		byte[] bytes = (byte[]) body;
		HttpHeaders headers = message.getHeaders();
		// Spring MVC takes the end of an address in the path for the type of a download.
		headers.remove(HttpHeaders.CONTENT_DISPOSITION);
		headers.setContentType(contentType);
		headers.setContentLength(bytes.length);
		message.getBody().write(bytes);
	}

}
